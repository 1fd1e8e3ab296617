namespace Adjoint.Tests.Ops;

/// <summary>
/// One line of the table of cases, which serves all modes: an op on operands of certain shapes and layouts, with a plain form that does not use the engine.
/// </summary>
/// <param name="Op">Class of the op that the case is about, as in <see cref="OpTable"/>.</param>
/// <param name="Label">What is special about the case.</param>
/// <param name="Inputs">Operands.</param>
/// <param name="Call">The op on tensors.</param>
/// <param name="Reference">The op on plain values, in f64.</param>
public sealed record OpCase(Type Op, string Label, Input[] Inputs, Func<Tensor[], Tensor> Call, Func<Values[], Values> Reference)
{
    /// <summary>Whether the float operands are differentiated by.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>Whether the case is large: it takes the parallel paths and is left out where every element is differentiated.</summary>
    public bool IsLarge { get; init; }

    /// <summary>Largest error in f64, relative to the larger of 1 and the result.</summary>
    public double Tolerance64 { get; init; } = 4e-15;

    /// <summary>Largest error in f32, relative to the larger of 1 and the result.</summary>
    public double Tolerance32 { get; init; } = 1e-6;

    /// <summary>Whether the result exists only for f64 inputs or is the same for both.</summary>
    public IReadOnlyList<DType> Types { get; init; } = [DType.F32, DType.F64];

    /// <summary>Numbers of the operands' memory, reproducible from the label.</summary>
    public Values[] Draw(DType floats, int variant = 0)
    {
        var random = new Random(Seed + variant);
        return Array.ConvertAll(Inputs, input => input.Draw(random, floats));
    }

    /// <summary>Seed of the operands.</summary>
    public int Seed
    {
        get
        {
            uint hash = 2166136261;
            foreach (char letter in ToString()) hash = (hash ^ letter) * 16777619;
            return (int)(hash & 0xFFFFFF);
        }
    }

    public Tensor[] Own(Values[] values, DType floats) => [.. Inputs.Zip(values, (input, own) => input.Own(own, floats))];

    public Tensor[] Show(Tensor[] own) => [.. Inputs.Zip(own, (input, tensor) => input.Show(tensor))];

    public Values[] Show(Values[] own) => [.. Inputs.Zip(own, (input, values) => input.Show(values))];

    /// <summary>The result on operands in their own memory and, where the case has gradients, those by the float operands for the result itself as cotangent.</summary>
    public Tensor[] Step(Tensor[] own)
    {
        if (!HasGradient) return [Call(Show(own))];
        var variables = (Tensor[])own.Clone();
        foreach (int i in Floats) variables[i] = own[i].Variable();
        Tensor output = Call(Show(variables));
        Tensor[] gradients = Autodiff.Vjp([output], Array.ConvertAll(Floats, i => variables[i]), [output.Detach()]);
        return [output, .. gradients];
    }

    /// <summary>Positions of the float operands.</summary>
    public int[] Floats => [.. Enumerable.Range(0, Inputs.Length).Where(i => Inputs[i].Numbers == Numbers.Float)];

    public override string ToString() =>
        $"{OpName(Op)} {Label} {string.Join(" ", Inputs.Select(input => $"[{string.Join(",", input.Shape)}]{(input.View == View.Dense ? "" : input.View)}"))}".TrimEnd();

    /// <summary>Name of the op in the table.</summary>
    public static string OpName(Type op) => OpTable.All.FirstOrDefault(entry => entry.Type == op)?.Name ?? op.ToString();

    /// <summary>Values of any tensor as f64.</summary>
    public static double[] Read(Tensor tensor) => tensor.DType switch
    {
        DType.F32 => Array.ConvertAll(tensor.Read<float>(), x => (double)x),
        DType.F64 => tensor.Read<double>(),
        DType.I32 => Array.ConvertAll(tensor.Read<int>(), x => (double)x),
        DType.I64 => Array.ConvertAll(tensor.Read<long>(), x => (double)x),
        _ => Array.ConvertAll(tensor.Read<bool>(), x => x ? 1.0 : 0),
    };
}
