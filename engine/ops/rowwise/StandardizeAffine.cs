using Adjoint.Kernels;

namespace Adjoint;

/// <summary>scale·(x - mean) / √(variance + ε) + shift along rows, for one scale and one shift a column: layer norm. Ba, Kiros, Hinton 2016.</summary>
public sealed record StandardizeAffine(double Epsilon) : RowOp
{
    public override string Name => "layer_norm";

    static readonly TeamKernels Teams = new("standardize_affine");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    public override Saves Saves => Saves.First | Saves.Second;

    /// <summary>Whether scale and shift are one number a column; other shapes broadcast in ops of their own.</summary>
    internal static bool Fits(Tensor x, Tensor scale, Tensor shift) =>
        x.Rank > 0 && scale.Rank == 1 && shift.Rank == 1 && scale.Shape[0] == x.Shape[-1] && shift.Shape[0] == x.Shape[-1];

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Signature rows = base.Infer(inputs, output);
        for (int i = 1; i < 3; i++) CheckColumns(Name, i == 1 ? "scale" : "shift", inputs[0], inputs[i]);
        return rows;
    }

    internal static void CheckColumns(string name, string role, Tensor rows, Tensor columns)
    {
        Require.SameType(name, rows, columns);
        if (columns.Rank != 1 || columns.Shape[0] != rows.Shape[-1])
            throw new ShapeException($"{name}: the {role} {columns.Shape} does not give one number for each column of {rows.Shape}. Pass [{rows.Shape[-1]}].");
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), scale = &inputs[1].First<T>(), shift = &inputs[2].First<T>(), y = &outputs[0].First<T>())
            RunRows<StandardizeAffineKernel<T>, T>(new(x, scale, shift, y, inputs[0].Shape[-1], Epsilon), inputs[0]);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor[] parts = Dispatch.RunMany(new StandardizeAffineDerivative(Epsilon), rule.Cotangent.Contiguous(), rule.X, rule.Y);
        for (int i = 0; i < 3; i++)
        {
            if (rule.Needs(i)) rule.Give(i, parts[i]);
        }
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(0) is { } x ? StandardizeDerivative.Of(x, rule.X, Epsilon) * rule.Y : null;
        if (rule.Tangent(1) is { } scale) sum = Plus(sum, Standardize.Of(rule.X, Epsilon) * scale);
        return rule.Tangent(2) is { } shift ? Plus(sum, shift.Expand(rule.OutputShape())) : sum;
    }

    internal static Tensor Plus(Tensor? sum, Tensor part) => sum is null ? part : sum + part;
}
