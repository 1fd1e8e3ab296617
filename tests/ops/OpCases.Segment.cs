namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static IEnumerable<OpCase> Segments()
    {
        (int[] Shape, View View, int Segments)[] shapes =
        [
            ([9], View.Dense, 3),
            ([6, 2, 2], View.Transposed, 5),
            ([4, 35], View.Offset, 2),
            ([1, 1], View.Stepped, 1),
            ([0, 3], View.Dense, 2),
            ([1200, 30], View.Dense, 40),
            ([4000], View.Dense, 500),
            ([120, 90], View.Dense, 1),
        ];
        foreach (var (shape, view, segments) in shapes)
        {
            bool large = Values.CountOf(shape) > 1000;
            int rows = shape[0];
            Input random = new([rows], View.Dense, Numbers.Int64) { Low = 0, High = segments };

            // Where a fold over nothing has no finite value, every segment gets a row.
            Input covering = rows >= segments ? random with { Fixed = [.. Enumerable.Range(0, rows).Select(i => (double)((i * 7) + 3) % segments)] } : random;
            bool isCovered = rows >= segments;
            int[] folded = With(shape, 0, segments);
            static SegmentIndex Index(Tensor[] x, int segments) => SegmentIndex.From(x[1], segments);

            ILookup<int, int> Rows(Values ids) => Enumerable.Range(0, rows).ToLookup(row => (int)ids.Data[row]);

            Values Fold(Values[] x, Func<double[], double> fold)
            {
                ILookup<int, int> those = Rows(x[1]);
                return Values.Build(folded, index => fold([.. those[index[0]].Select(row => x[0][Replace(index, 0, row)])]));
            }

            Values Spread(Values[] x, Func<double, double[], double> f)
            {
                ILookup<int, int> those = Rows(x[1]);
                return Values.Build(shape, own => f(x[0][own], [.. those[(int)x[1].Data[own[0]]].Select(row => x[0][Replace(own, 0, row)])]));
            }

            OpCase One(Type op, string label, Input ids, Func<Tensor, SegmentIndex, Tensor> call, Func<Values[], Values> reference, Input? values = null) =>
                new(op, label, [values ?? new(shape, view), ids], x => call(x[0], Index(x, segments)), reference) { IsLarge = large, Tolerance32 = 2e-5, Tolerance64 = 1e-13 };

            foreach (Numbers numbers in (Numbers[])[Numbers.Float, Numbers.Int32, Numbers.Int64])
            {
                if (large && numbers != Numbers.Float) continue;
                bool isFloat = numbers == Numbers.Float;
                Input own = new(shape, view, numbers);
                yield return One(typeof(SegmentSum), $"{numbers}", random, (x, index) => x.SegmentSum(index), x => Fold(x, line => line.Sum()), own) with { HasGradient = isFloat };
                yield return One(typeof(SegmentArgExtreme), $"{numbers}", random, (x, index) => x.SegmentArgExtreme(index, numbers == Numbers.Int32), x => Values.Build(folded, index =>
                {
                    IEnumerable<int> those = Enumerable.Range(0, rows).Where(row => (int)x[1].Data[row] == index[0]);
                    double At(int row) => x[0][Replace(index, 0, row)];
                    return those.Any() ? numbers == Numbers.Int32 ? those.MaxBy(At) : those.MinBy(At) : -1;
                }), own) with { HasGradient = false };
            }

            Input grid = new(shape, view) { GridPhase = 0.5 };
            yield return One(typeof(SegmentArgExtreme), "max", covering, (x, index) => x.SegmentMax(index), x => Fold(x, line => line.DefaultIfEmpty(double.NegativeInfinity).Max()), grid) with { HasGradient = isCovered };
            yield return One(typeof(SegmentArgExtreme), "min", covering, (x, index) => x.SegmentMin(index), x => Fold(x, line => line.DefaultIfEmpty(double.PositiveInfinity).Min()), grid) with { HasGradient = isCovered };
            yield return One(typeof(SegmentSum), "mean", random, (x, index) => x.SegmentMean(index), x => Fold(x, line => line.DefaultIfEmpty(0).Average()));
            yield return One(typeof(SegmentLogSumExp), "", covering, (x, index) => x.SegmentLogSumExp(index), x => Fold(x, LogSumOfSegment)) with { HasGradient = isCovered };
            yield return One(typeof(SegmentLogSumExp), "with empty segments", random, (x, index) => x.SegmentLogSumExp(index), x => Fold(x, LogSumOfSegment)) with { HasGradient = false };
            yield return One(typeof(SegmentSoftmax), "", random, (x, index) => x.SegmentSoftmax(index), x => Spread(x, (own, line) => Math.Exp(own - LogSumOfSegment(line))));
            yield return One(typeof(SegmentLogSoftmax), "", random, (x, index) => x.SegmentLogSoftmax(index), x => Spread(x, (own, line) => own - LogSumOfSegment(line)));
            yield return One(typeof(SegmentGather), "", random, (x, index) => x.SegmentGather(index), x => Values.Build(shape, index => x[0][Replace(index, 0, (int)x[1].Data[index[0]])]), new(folded, view == View.Transposed ? View.Dense : view));
            yield return new OpCase(typeof(SegmentOrder), $"of {segments}", [random], x => SegmentIndex.From(x[0], segments).Order,
                x => new Values([rows], [.. Enumerable.Range(0, rows).OrderBy(row => x[0].Data[row]).Select(row => (double)row)]))
            { HasGradient = false, IsLarge = large };
            yield return new OpCase(typeof(SegmentOrder), $"starts of {segments}", [random], x => SegmentIndex.From(x[0], segments).Starts,
                x => Values.Build([segments + 1], index => x[0].Data.Count(id => id < index[0])))
            { HasGradient = false, IsLarge = large };
        }
    }

    static double LogSumOfSegment(double[] line)
    {
        double largest = line.DefaultIfEmpty(double.NegativeInfinity).Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(line.Sum(x => Math.Exp(x - largest)));
    }
}
