using System.Reflection;
using System.Reflection.Emit;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Writes the method of a chain: calls of <see cref="QuadChain"/> or <see cref="ElementChain"/> with values in locals, and no arithmetic of its own. First everything is read, then the steps run, then everything
/// is written; reading and writing exist twice where the last thread may have less than four elements.
/// </summary>
sealed class ChainEmitter
{
    readonly ChainKernel chain;
    readonly ILGenerator code;
    readonly Type parts;
    readonly bool isPacked;
    readonly LocalBuilder thread;
    readonly List<LocalBuilder> values = [];
    readonly int count;
    readonly int axes;
    int next;

    ChainEmitter(ChainKernel chain, ILGenerator code)
    {
        this.chain = chain;
        this.code = code;
        isPacked = chain.ElementsPerThread > 1;
        parts = isPacked ? typeof(QuadChain) : typeof(ElementChain);
        thread = code.DeclareLocal(typeof(long));
        count = chain.Inputs.Count + chain.OutputCount;
        axes = count + 1;
    }

    /// <summary>The method of a chain, in an assembly of its own.</summary>
    public static MethodInfo Emit(ChainKernel chain)
    {
        const string Method = "Run";
        var name = new AssemblyName("Adjoint.Chains." + chain.Name);
        Type[] parameters = [.. Parameters(chain)];
        var assembly = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.Run);
        ModuleBuilder module = assembly.DefineDynamicModule(name.Name!);
        HiddenTypes.Open(assembly, module, parameters);
        TypeBuilder type = module.DefineType(chain.Name, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        MethodBuilder method = type.DefineMethod(Method, MethodAttributes.Public | MethodAttributes.Static, typeof(void), parameters);
        new ChainEmitter(chain, method.GetILGenerator()).Write();
        return type.CreateType().GetMethod(Method)!;
    }

    static IEnumerable<Type> Parameters(ChainKernel chain)
    {
        foreach (ChainInput input in chain.Inputs) yield return View(input.Element);
        for (int output = 0; output < chain.OutputCount; output++) yield return View(chain.Steps.First(step => step.Output == output).Element);
        yield return typeof(long);
        if (chain.HasAxes)
        {
            yield return typeof(ChainAxes);
            foreach (ChainInput input in chain.Inputs)
            {
                if (HasSteps(input)) yield return typeof(ChainSteps);
            }
        }

        foreach (ChainStep step in chain.Steps)
        {
            if (step.Operator is { } op) yield return op;
        }
    }

    static Type View(Type element) => typeof(ArrayView<>).MakeGenericType(element);

    static bool HasSteps(ChainInput input) => input.Access is not (ChainAccess.Dense or ChainAccess.Scalar);

    void Write()
    {
        Call(typeof(ChainPlace).GetProperty(nameof(ChainPlace.Thread))!.GetMethod!);
        code.Emit(OpCodes.Stloc, thread);
        Label end = code.DefineLabel();
        LoadThreadAndCount();
        Call(parts, nameof(QuadChain.HasAny));
        code.Emit(OpCodes.Brfalse, end);

        foreach (ChainInput input in chain.Inputs) values.Add(code.DeclareLocal(Held(input.Element)));
        next = axes;
        LocalBuilder? place = chain.HasAxes ? Place() : null;

        // Packs of rows leave nothing over.
        bool hasTail = isPacked && !chain.HasAxes;
        Twice(hasTail, isPart => Read(place, isPart));
        foreach (ChainStep step in chain.Steps) values.Add(Step(step));
        Twice(hasTail, Store);
        code.MarkLabel(end);
        code.Emit(OpCodes.Ret);
    }

    LocalBuilder Place()
    {
        LocalBuilder place = code.DeclareLocal(typeof(ChainPlace));
        code.Emit(OpCodes.Ldarg, (short)next++);
        code.Emit(OpCodes.Ldloc, thread);
        Call(typeof(ChainPlace), nameof(ChainPlace.Of));
        code.Emit(OpCodes.Stloc, place);
        return place;
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
        Call(parts, nameof(QuadChain.HasAll));
        code.Emit(OpCodes.Brfalse, part);
        write(false);
        code.Emit(OpCodes.Br, done);
        code.MarkLabel(part);
        write(true);
        code.MarkLabel(done);
    }

    void Read(LocalBuilder? place, bool isPart)
    {
        for (int i = 0; i < chain.Inputs.Count; i++)
        {
            ChainInput input = chain.Inputs[i];
            code.Emit(OpCodes.Ldarg, (short)i);
            if (HasSteps(input))
            {
                code.Emit(OpCodes.Ldloc, place!);
                code.Emit(OpCodes.Ldarg, (short)next++);
            }
            else if (input.Access == ChainAccess.Dense)
            {
                code.Emit(OpCodes.Ldloc, thread);
                if (isPart) code.Emit(OpCodes.Ldarg, (short)count);
            }

            // In a chain of one element a thread, rows and columns are inputs with steps like any other.
            string name = HasSteps(input) && !isPacked ? nameof(ElementChain.Strided)
                : isPart && input.Access == ChainAccess.Dense ? nameof(QuadChain.DensePart)
                : input.Access.ToString();
            Call(parts, name, input.Element);
            code.Emit(OpCodes.Stloc, values[i]);
        }
    }

    LocalBuilder Step(ChainStep step)
    {
        Type x = chain.ElementOf(step.X);
        if (step.Kind == ChainStepKind.Copy || (step.Kind == ChainStepKind.Cast && x == step.Element)) return values[step.X];
        LocalBuilder result = code.DeclareLocal(Held(step.Element));
        if (step.Operator is not null) code.Emit(OpCodes.Ldarg, (short)next++);
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
        Call(parts, step.Kind.ToString(), arguments);
        code.Emit(OpCodes.Stloc, result);
        return result;
    }

    void Store(bool isPart)
    {
        for (int i = 0; i < chain.Steps.Count; i++)
        {
            ChainStep step = chain.Steps[i];
            if (step.Output < 0) continue;
            code.Emit(OpCodes.Ldarg, (short)(chain.Inputs.Count + step.Output));
            code.Emit(OpCodes.Ldloc, thread);
            if (isPart) code.Emit(OpCodes.Ldarg, (short)count);
            code.Emit(OpCodes.Ldloc, values[chain.Inputs.Count + i]);
            Call(parts, isPart ? nameof(QuadChain.StorePart) : nameof(QuadChain.Store), step.Element);
        }
    }

    Type Held(Type element) => isPacked ? typeof(Quad<>).MakeGenericType(element) : element;

    void LoadThreadAndCount()
    {
        code.Emit(OpCodes.Ldloc, thread);
        code.Emit(OpCodes.Ldarg, (short)count);
    }

    void Call(Type type, string name, params Type[] arguments)
    {
        MethodInfo method = type.GetMethod(name)!;
        Call(arguments.Length == 0 ? method : method.MakeGenericMethod(arguments));
    }

    void Call(MethodInfo method) => code.Emit(OpCodes.Call, method);
}
