using System.Reflection;
using System.Reflection.Emit;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Writes the method of a chain: calls of <see cref="QuadChain"/> and <see cref="ElementChain"/> with values in locals, and no arithmetic of its own. First everything is read, then the steps run, for four
/// elements in a loop, then everything is written; reading and writing exist twice where the last thread may have less than four elements.
/// </summary>
sealed class ChainEmitter
{
    readonly ChainKernel chain;
    readonly ILGenerator code;
    readonly bool isPacked;
    readonly LocalBuilder thread;

    // What is read and written; four elements where a thread takes as many.
    readonly List<LocalBuilder> sources = [];
    readonly List<LocalBuilder> targets = [];

    // Values of one element: inputs, then results of steps.
    readonly List<LocalBuilder> values = [];
    readonly int count;

    ChainEmitter(ChainKernel chain, ILGenerator code)
    {
        this.chain = chain;
        this.code = code;
        isPacked = chain.ElementsPerThread > 1;
        thread = code.DeclareLocal(typeof(long));
        count = chain.Inputs.Count + chain.OutputCount;
        foreach (ChainInput input in chain.Inputs)
        {
            LocalBuilder source = code.DeclareLocal(IsQuad(input) ? Quad(input.Element) : input.Element);
            sources.Add(source);
            values.Add(IsQuad(input) ? code.DeclareLocal(input.Element) : source);
        }
    }

    /// <summary>The method of a chain, in an assembly of its own.</summary>
    public static MethodInfo Emit(ChainKernel chain)
    {
        const string Method = "Run";
        var name = new AssemblyName("Adjoint.Chains." + chain.Name);
        Type[] parameters = [.. Parameters(chain)];
        var assembly = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.Run);
        ModuleBuilder module = assembly.DefineDynamicModule(name.Name!);
        TypeBuilder type = module.DefineType(chain.Name, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        MethodBuilder method = type.DefineMethod(Method, MethodAttributes.Public | MethodAttributes.Static, typeof(void), parameters);
        new ChainEmitter(chain, method.GetILGenerator()).Write();
        return type.CreateType().GetMethod(Method)!;
    }

    static IEnumerable<Type> Parameters(ChainKernel chain)
    {
        foreach (ChainInput input in chain.Inputs) yield return View(input.Element);
        foreach (ChainStep writer in Writers(chain)) yield return View(writer.Element);
        yield return typeof(long);
        if (chain.HasAxes) yield return typeof(ChainAxes);
        foreach (ChainInput input in chain.Inputs)
        {
            if (HasSteps(input)) yield return typeof(ChainSteps);
        }

        foreach (ChainStep step in chain.Steps)
        {
            if (step.Operator is { } op) yield return op;
        }
    }

    static IEnumerable<ChainStep> Writers(ChainKernel chain) => chain.Steps.Where(static step => step.Output >= 0).OrderBy(static step => step.Output);

    static bool HasSteps(ChainInput input) => input.Access is not (ChainAccess.Dense or ChainAccess.Scalar);

    static Type View(Type element) => typeof(ArrayView<>).MakeGenericType(element);

    static Type Quad(Type element) => typeof(Quad<>).MakeGenericType(element);

    bool IsQuad(ChainInput input) => isPacked && input.Access is ChainAccess.Dense or ChainAccess.Rows;

    void Write()
    {
        Call(typeof(ChainPlace).GetProperty(nameof(ChainPlace.Thread))!.GetMethod!);
        code.Emit(OpCodes.Stloc, thread);
        Label end = code.DefineLabel();
        LoadThreadAndCount();
        Call(isPacked ? typeof(QuadChain) : typeof(ElementChain), nameof(QuadChain.HasAny));
        code.Emit(OpCodes.Brfalse, end);

        // Packs of rows leave nothing over.
        bool hasTail = isPacked && !chain.HasAxes;
        int operators = ReadPlaced();
        Twice(hasTail, ReadDense);
        if (isPacked) Loop(() => StepsOfFour(operators));
        else Steps(operators);
        Twice(hasTail, Store);
        code.MarkLabel(end);
        code.Emit(OpCodes.Ret);
    }

    // Returns the number of the first operator's argument.
    int ReadPlaced()
    {
        int argument = count + 1;
        if (!chain.HasAxes) return argument;
        LocalBuilder place = code.DeclareLocal(typeof(ChainPlace));
        LoadArgument(argument++);
        code.Emit(OpCodes.Ldloc, thread);
        Call(typeof(ChainPlace), nameof(ChainPlace.Of));
        code.Emit(OpCodes.Stloc, place);
        for (int i = 0; i < chain.Inputs.Count; i++)
        {
            ChainInput input = chain.Inputs[i];
            if (!HasSteps(input)) continue;
            LoadArgument(i);
            code.Emit(OpCodes.Ldloc, place);
            LoadArgument(argument++);
            if (IsQuad(input)) Call(typeof(QuadChain), nameof(QuadChain.Rows), input.Element);
            else Call(typeof(ElementChain), nameof(ElementChain.Placed), input.Element);
            code.Emit(OpCodes.Stloc, sources[i]);
        }

        return argument;
    }

    void ReadDense(bool isPart)
    {
        for (int i = 0; i < chain.Inputs.Count; i++)
        {
            ChainInput input = chain.Inputs[i];
            if (HasSteps(input)) continue;
            LoadArgument(i);
            if (input.Access == ChainAccess.Scalar)
            {
                Call(typeof(ElementChain), nameof(ElementChain.Scalar), input.Element);
            }
            else
            {
                code.Emit(OpCodes.Ldloc, thread);
                if (isPart) LoadArgument(count);
                if (isPart) Call(typeof(QuadChain), nameof(QuadChain.DensePart), input.Element);
                else Call(isPacked ? typeof(QuadChain) : typeof(ElementChain), nameof(QuadChain.Dense), input.Element);
            }

            code.Emit(OpCodes.Stloc, sources[i]);
        }
    }

    void StepsOfFour(int operators)
    {
        for (int i = 0; i < chain.Inputs.Count; i++)
        {
            if (!IsQuad(chain.Inputs[i])) continue;
            code.Emit(OpCodes.Ldloc, sources[i]);
            Call(typeof(QuadChain), nameof(QuadChain.First), chain.Inputs[i].Element);
            code.Emit(OpCodes.Stloc, values[i]);
            Push(sources[i], values[i], chain.Inputs[i].Element);
        }

        Steps(operators);
        List<LocalBuilder> results = [.. targets];
        targets.Clear();
        foreach (ChainStep writer in Writers(chain))
        {
            LocalBuilder target = code.DeclareLocal(Quad(writer.Element));
            Push(target, results[writer.Output], writer.Element);
            targets.Add(target);
        }
    }

    void Push(LocalBuilder four, LocalBuilder one, Type element)
    {
        code.Emit(OpCodes.Ldloc, four);
        code.Emit(OpCodes.Ldloc, one);
        Call(typeof(QuadChain), nameof(QuadChain.Push), element);
        code.Emit(OpCodes.Stloc, four);
    }

    void Steps(int argument)
    {
        foreach (ChainStep step in chain.Steps)
        {
            if (step.Operator is not null) LoadArgument(argument++);
            values.Add(Step(step));
        }

        int first = chain.Inputs.Count;
        targets.AddRange(Enumerable.Range(0, chain.Steps.Count).Where(i => chain.Steps[i].Output >= 0).OrderBy(i => chain.Steps[i].Output).Select(i => values[first + i]));
    }

    LocalBuilder Step(ChainStep step)
    {
        Type x = chain.ElementOf(step.X);
        if (step.Kind == ChainStepKind.Copy || (step.Kind == ChainStepKind.Cast && x == step.Element)) return values[step.X];
        LocalBuilder result = code.DeclareLocal(step.Element);
        int operands = step.Kind switch { ChainStepKind.Unary or ChainStepKind.Cast => 1, ChainStepKind.Where => 3, _ => 2 };
        code.Emit(OpCodes.Ldloc, values[step.X]);
        if (operands > 1) code.Emit(OpCodes.Ldloc, values[step.Y]);
        if (operands > 2) code.Emit(OpCodes.Ldloc, values[step.Z]);
        Type[] arguments = step.Kind switch
        {
            ChainStepKind.Cast => [x, step.Element, typeof(Conversions)],
            ChainStepKind.Where => [step.Element],
            ChainStepKind.Compare => [step.Operator!, x],
            _ => [step.Operator!, x, ElementLanes.Of(x)!, typeof(ElementLanes)],
        };
        Call(typeof(ElementChain), step.Kind.ToString(), arguments);
        code.Emit(OpCodes.Stloc, result);
        return result;
    }

    void Store(bool isPart)
    {
        int output = 0;
        foreach (ChainStep writer in Writers(chain))
        {
            LoadArgument(chain.Inputs.Count + output);
            code.Emit(OpCodes.Ldloc, thread);
            if (isPart) LoadArgument(count);
            code.Emit(OpCodes.Ldloc, targets[output++]);
            Call(isPacked ? typeof(QuadChain) : typeof(ElementChain), isPart ? nameof(QuadChain.StorePart) : nameof(QuadChain.Store), writer.Element);
        }
    }

    void Twice(bool hasTail, Action<bool> write)
    {
        if (!hasTail)
        {
            write(false);
            return;
        }

        Label part = code.DefineLabel(), done = code.DefineLabel();
        LoadThreadAndCount();
        Call(typeof(QuadChain), nameof(QuadChain.HasAll));
        code.Emit(OpCodes.Brfalse, part);
        write(false);
        code.Emit(OpCodes.Br, done);
        code.MarkLabel(part);
        write(true);
        code.MarkLabel(done);
    }

    // Tested at its start: where a block ends in a jump back that may not be taken, ILGPU's OpenCL C sets the next turn's values before the jump, and what follows the loop reads those.
    void Loop(Action write)
    {
        LocalBuilder turn = code.DeclareLocal(typeof(int));
        Label again = code.DefineLabel(), done = code.DefineLabel();
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Stloc, turn);
        code.MarkLabel(again);
        code.Emit(OpCodes.Ldloc, turn);
        code.Emit(OpCodes.Ldc_I4, ChainKernel.PackElements);
        code.Emit(OpCodes.Bge, done);
        write();
        code.Emit(OpCodes.Ldloc, turn);
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stloc, turn);
        code.Emit(OpCodes.Br, again);
        code.MarkLabel(done);
    }

    void LoadThreadAndCount()
    {
        code.Emit(OpCodes.Ldloc, thread);
        LoadArgument(count);
    }

    void LoadArgument(int number) => code.Emit(OpCodes.Ldarg, (short)number);

    void Call(Type type, string name, params Type[] arguments)
    {
        MethodInfo method = type.GetMethod(name)!;
        Call(arguments.Length == 0 ? method : method.MakeGenericMethod(arguments));
    }

    void Call(MethodInfo method) => code.Emit(OpCodes.Call, method);
}
