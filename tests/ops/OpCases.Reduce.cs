namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly (int[] Shape, View View, int[] Axes, bool Keep)[] reductions =
    [
        ([], View.Dense, [], false),
        ([1], View.Dense, [0], false),
        ([37], View.Dense, [], false),
        ([3, 5], View.Dense, [1], false),
        ([3, 5], View.Dense, [0], true),
        ([3, 1, 5], View.Dense, [0, 2], false),
        ([2, 3, 4], View.Dense, [-2], true),
        ([5, 17], View.Transposed, [1], false),
        ([5, 17], View.Transposed, [0], false),
        ([4, 9], View.Stepped, [1], false),
        ([4, 9], View.Stepped, [0], false),
        ([3, 7], View.Expanded, [0], false),
        ([3, 7], View.Expanded, [1], false),
        ([2, 19], View.Offset, [0, 1], true),
        ([33], View.Reversed, [0], false),
        ([2, 3, 4, 3], View.Dense, [1, 3], false),
        ([2, 3, 4, 3], View.Transposed, [0, 2], true),
        ([3, 0], View.Dense, [0], false),
        ([70001], View.Dense, [], false),
        ([300, 301], View.Dense, [1], false),
        ([300, 301], View.Dense, [0], false),
        ([300, 301], View.Transposed, [0], false),
        ([41, 50, 35], View.Dense, [1], true),
        ([41, 50, 35], View.Dense, [0, 2], false),
    ];

    static IEnumerable<OpCase> Reductions()
    {
        foreach (var (shape, view, axes, keep) in reductions)
        {
            bool large = Values.CountOf(shape) > 1000;
            var input = new Input(shape, view);
            var grid = input with { GridPhase = 0.5 };
            var factors = large ? input with { Low = 0.999, High = 1.001 } : input with { DistanceToKink = x => Math.Abs(x) - 0.3 };
            string label = $"over {string.Join(",", axes)}{(keep ? " kept" : "")}";
            OpCase Case(Type op, Input x, string name, Func<Tensor, Tensor> call, Func<double[], double> fold) =>
                new(op, name + label, [x], tensors => call(tensors[0]), values => values[0].Reduce(axes, keep, fold))
                {
                    IsLarge = large,
                    Tolerance64 = large ? 1e-12 : 2e-14,
                    Tolerance32 = large ? 1e-4 : 4e-6,
                };
            yield return Case(typeof(Sum), input, "", x => x.Sum(axes, keep), Enumerable.Sum);
            yield return Case(typeof(Product), factors, "", x => x.Product(axes, keep), line => line.Aggregate(1.0, (product, x) => product * x));
            yield return Case(typeof(Max), grid, "", x => x.Max(axes, keep), Enumerable.Max);
            yield return Case(typeof(Min), grid, "", x => x.Min(axes, keep), Enumerable.Min);
            if (shape.Contains(0)) continue;
            yield return Case(typeof(Sum), input, "mean ", x => x.Mean(axes, keep), Enumerable.Average);
            yield return Case(typeof(Sum), input, "variance ", x => x.Variance(axes, 0, keep), Variance);
        }

        foreach (Numbers numbers in (Numbers[])[Numbers.Int32, Numbers.Int64])
        {
            foreach (var (shape, view, axes, keep) in reductions.Where(one => Values.CountOf(one.Shape) < 1000))
            {
                var input = new Input(shape, view, numbers) { Low = -2, High = 3 };
                OpCase Case(Type op, Func<Tensor, Tensor> call, Func<double[], double> fold) =>
                    new(op, $"{numbers} over {string.Join(",", axes)}{keep}", [input], x => call(x[0]), x => x[0].Reduce(axes, keep, fold))
                    { HasGradient = false, Types = [DType.F64] };
                yield return Case(typeof(Sum), x => x.Sum(axes, keep), Enumerable.Sum);
                yield return Case(typeof(Product), x => x.Product(axes, keep), line => line.Aggregate(1.0, (product, x) => product * x));
                yield return Case(typeof(Max), x => x.Max(axes, keep), Enumerable.Max);
                yield return Case(typeof(Min), x => x.Min(axes, keep), Enumerable.Min);
            }
        }

        int[][] nothing = [[0], [0, 3], [3, 0]];
        foreach (int[] shape in nothing)
        {
            int axis = Array.IndexOf(shape, 0);
            yield return new OpCase(typeof(Sum), "of nothing", [new(shape)], x => x[0].Sum(axis), x => x[0].Reduce([axis], false, Enumerable.Sum));
            yield return new OpCase(typeof(Product), "of nothing", [new(shape)], x => x[0].Product([axis]), x => x[0].Reduce([axis], false, _ => 1));
        }

        double[] unusual = [1, double.NaN, 2, double.NegativeInfinity, 5, -1, double.PositiveInfinity, 0, 3, -0.0, 7, 2];
        yield return new OpCase(typeof(Max), "special", [new([4, 3]) { Fixed = unusual }], x => x[0].Max(1), x => x[0].Reduce([1], false, line => line.Aggregate(Math.Max))) { HasGradient = false };
        yield return new OpCase(typeof(Max), "NaN", [new([4, 3]) { Fixed = unusual }], x => x[0].Max(), _ => Values.Scalar(double.NaN)) { HasGradient = false };
        yield return new OpCase(typeof(Min), "NaN", [new([4, 3]) { Fixed = unusual }], x => x[0].Min(), _ => Values.Scalar(double.NaN)) { HasGradient = false };
        yield return new OpCase(typeof(Sum), "special", [new([4, 3]) { Fixed = unusual }], x => x[0].Sum(1), x => x[0].Reduce([1], false, Enumerable.Sum)) { HasGradient = false };

        foreach (OpCase one in Positions()) yield return one;
    }

    static double Variance(double[] line)
    {
        double mean = line.Average();
        return line.Sum(x => (x - mean) * (x - mean)) / line.Length;
    }

    static IEnumerable<OpCase> Positions()
    {
        static double First(double[] line, bool largest)
        {
            int nan = Array.FindIndex(line, double.IsNaN);
            return nan >= 0 ? nan : Array.IndexOf(line, largest ? line.Max() : line.Min());
        }

        double[] ties = [1, 3, 3, 0, 0, 2, double.NaN, 5, double.NaN, -1, double.NegativeInfinity, 4];
        (int[] Shape, View View, int Axis, Numbers Numbers, double[]? Fixed)[] shapes =
        [
            ([1], View.Dense, 0, Numbers.Float, null),
            ([37], View.Reversed, 0, Numbers.Float, null),
            ([3, 17], View.Transposed, 1, Numbers.Float, null),
            ([3, 4, 5], View.Dense, -2, Numbers.Float, null),
            ([0, 4], View.Dense, 1, Numbers.Float, null),
            ([4, 3], View.Dense, 1, Numbers.Float, ties),
            ([4, 3], View.Dense, 0, Numbers.Float, ties),
            ([4, 6], View.Stepped, 1, Numbers.Int32, null),
            ([4, 6], View.Offset, 0, Numbers.Int64, null),
        ];
        foreach (var (shape, view, axis, numbers, values) in shapes)
        {
            var input = new Input(shape, view, numbers) { Fixed = values };
            yield return new OpCase(typeof(ArgMax), $"{numbers} along {axis}", [input], x => x[0].ArgMax(axis),
                x => x[0].Reduce([axis], false, line => First(line, true))) { HasGradient = false };
            yield return new OpCase(typeof(ArgMin), $"{numbers} along {axis}", [input], x => x[0].ArgMin(axis),
                x => x[0].Reduce([axis], false, line => First(line, false))) { HasGradient = false };
        }
    }
}
