using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Product over axes; 1 over none. Derivatives of every order hold where factors are zero, too.</summary>
public sealed record Product(int Axes, bool KeepAxes) : Reduce<Product.Fold>(Axes, KeepAxes)
{
    public override Saves Saves => Saves.First;

    public override void Vjp(VjpRule rule) => rule.Give(0, Restore(rule.Cotangent, rule.InputShape(0)) * Others(rule.X));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(new Sum(Axes, KeepAxes), rule.Tangent(0)! * Others(rule.X));

    // The product of all factors but the own one: those before times those after. Dividing the whole product instead would need factors other than 0.
    Tensor Others(Tensor x)
    {
        Span<int> order = stackalloc int[x.Rank], inverse = stackalloc int[x.Rank];
        int kept = 0, rank = x.Rank - System.Numerics.BitOperations.PopCount((uint)Axes), folded = rank;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int place = (Axes >> axis & 1) != 0 ? folded++ : kept++;
            order[place] = axis;
            inverse[axis] = place;
        }

        Tensor moved = x.Permute(order), rows = moved.Reshape([.. moved.Shape[..rank], moved.Shape.CountOf(rank..)]);
        return rows.Count == 0 ? x : (Before(rows) * Before(rows.Flip(-1)).Flip(-1)).Reshape(moved.Shape).Permute(inverse);
    }

    // Products of all earlier elements of each row, in log2 n passes that double the reach. Hillis, Steele 1986.
    static Tensor Before(Tensor rows)
    {
        Tensor result = Shift(rows, 1);
        for (int reach = 1; reach < rows.Shape[-1]; reach *= 2) result *= Shift(result, reach);
        return result;
    }

    static Tensor Shift(Tensor rows, int places)
    {
        Tensor ones = Tensor.Ones(rows.Shape.With(rows.Rank - 1, places), rows.DType, rows.Device);
        return TensorMath.Concat([ones, rows.Slice(-1, 0, rows.Shape[-1] - places)], -1);
    }

    /// <summary>Multiplication.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "product";

        public static Type Kernel => typeof(ProductFold);

        public static bool AllowsEmpty => true;

        public V Start<V>() where V : struct, ILane<V> => default(ProductFold).Start<V>();

        V IReduction.Fold<V>(V sum, V x) => sum * x;
    }
}

public static partial class TensorMath
{
    /// <summary>Product over the listed axes, or over all; 1 over none.</summary>
    /// <exception cref="ShapeException">An axis does not exist or is listed twice.</exception>
    public static Tensor Product(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Dispatch.Run(new Product(Axes.Mask("product", x.Shape, axes), keepAxes), x);
}
