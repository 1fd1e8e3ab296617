namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static IEnumerable<OpCase> Compare()
    {
        var comparisons = new (Type Op, Func<Tensor, Tensor, Tensor> Call, Func<double, double, bool> Holds)[]
        {
            (typeof(Comparison<Equal>), (x, y) => x.Equal(y), (x, y) => x == y),
            (typeof(Comparison<NotEqual>), (x, y) => x.NotEqual(y), (x, y) => x != y),
            (typeof(Comparison<Less>), (x, y) => x.Less(y), (x, y) => x < y),
            (typeof(Comparison<LessOrEqual>), (x, y) => x.LessOrEqual(y), (x, y) => x <= y),
            (typeof(Comparison<Greater>), (x, y) => x.Greater(y), (x, y) => x > y),
            (typeof(Comparison<GreaterOrEqual>), (x, y) => x.GreaterOrEqual(y), (x, y) => x >= y),
        };
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1.5];
        foreach (var (op, call, holds) in comparisons)
        {
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                double high = numbers == Numbers.Bool ? 2 : 3;
                foreach (var (left, leftView, right, rightView) in binaryShapes.Where(shapes => Values.CountOf(shapes.Left) < 1000))
                {
                    yield return new OpCase(op, $"{numbers}",
                        [new(left, leftView, numbers) { Low = 0, High = high }, new(right, rightView, numbers) { Low = 0, High = high }],
                        x => call(x[0], x[1]), Zip((x, y) => holds(x, y) ? 1 : 0)) { HasGradient = false };
                }
            }

            yield return new OpCase(op, "special", [new([6, 1]) { Fixed = special }, new([6]) { Fixed = special }],
                x => call(x[0], x[1]), Zip((x, y) => holds(x, y) ? 1 : 0)) { HasGradient = false };
        }

        var logic = new (Type Op, Func<Tensor, Tensor, Tensor> Call, Func<bool, bool, bool> Holds)[]
        {
            (typeof(Comparison<And>), (x, y) => x.And(y), (x, y) => x && y),
            (typeof(Comparison<Or>), (x, y) => x.Or(y), (x, y) => x || y),
            (typeof(Comparison<Xor>), (x, y) => x.Xor(y), (x, y) => x != y),
        };
        foreach (var (op, call, holds) in logic)
        {
            foreach (var (left, leftView, right, rightView) in binaryShapes)
            {
                yield return new OpCase(op, "", [new(left, leftView, Numbers.Bool) { Low = 0 }, new(right, rightView, Numbers.Bool) { Low = 0 }],
                    x => call(x[0], x[1]), Zip((x, y) => holds(x != 0, y != 0) ? 1 : 0)) { HasGradient = false, Types = [DType.F64] };
            }
        }

        yield return new OpCase(typeof(Comparison<Xor>), "as not", [new([3, 5], View.Transposed, Numbers.Bool) { Low = 0 }], x => x[0].Not(), Map(x => 1 - x))
        {
            HasGradient = false,
            Types = [DType.F64],
        };

        (int[] Mask, View MaskView, int[] Left, View LeftView, int[] Right, View RightView)[] chosen =
        [
            ([], View.Dense, [], View.Dense, [], View.Dense),
            ([19], View.Dense, [19], View.Reversed, [], View.Dense),
            ([4, 1], View.Dense, [1, 5], View.Dense, [4, 5], View.Transposed),
            ([5], View.Stepped, [2, 3, 5], View.Offset, [3, 1], View.Dense),
            ([2, 6], View.Expanded, [6], View.Stepped, [1], View.Dense),
            ([0, 2], View.Dense, [2], View.Dense, [0, 1], View.Dense),
        ];
        foreach (Numbers numbers in Enum.GetValues<Numbers>())
        {
            foreach (var (mask, maskView, left, leftView, right, rightView) in chosen)
            {
                double low = numbers == Numbers.Bool ? 0 : -9;
                yield return new OpCase(typeof(Where), $"{numbers}",
                    [new(mask, maskView, Numbers.Bool) { Low = 0 }, new(left, leftView, numbers) { Low = low }, new(right, rightView, numbers) { Low = low }],
                    x => TensorMath.Where(x[0], x[1], x[2]),
                    x =>
                    {
                        int[] shape = Values.Broadcast(x[0].Shape, Values.Broadcast(x[1].Shape, x[2].Shape));
                        return Values.Build(shape, index => x[0].Stretched(index) != 0 ? x[1].Stretched(index) : x[2].Stretched(index));
                    })
                { HasGradient = numbers == Numbers.Float };
            }
        }
    }
}
