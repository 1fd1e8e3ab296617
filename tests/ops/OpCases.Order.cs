namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly (int[] Shape, View View, int Axis)[] orderShapes =
    [
        ([7], View.Dense, 0),
        ([1, 1], View.Dense, 1),
        ([3, 7], View.Transposed, 0),
        ([2, 3, 4], View.Stepped, -2),
        ([3, 0], View.Offset, 1),
        ([30, 1500], View.Dense, 1),
    ];

    static double[] Sorted(double[] line, bool descending) =>
        [.. descending ? line.OrderBy(double.IsNaN).ThenByDescending(x => x + 0.0) : line.OrderBy(double.IsNaN).ThenBy(x => x + 0.0)];

    static double[] SortedPlaces(double[] line, bool descending)
    {
        IOrderedEnumerable<int> places = Enumerable.Range(0, line.Length).OrderBy(i => double.IsNaN(line[i]));
        return [.. (descending ? places.ThenByDescending(i => line[i]) : places.ThenBy(i => line[i])).Select(i => (double)i)];
    }

    static IEnumerable<OpCase> Sorting()
    {
        foreach (var (shape, view, axis) in orderShapes)
        {
            bool large = Values.CountOf(shape) > 1000;
            foreach (bool descending in (bool[])[false, true])
            {
                string direction = descending ? "descending" : "ascending";
                foreach (Numbers numbers in (Numbers[])[Numbers.Float, Numbers.Int32, Numbers.Int64])
                {
                    if (numbers != Numbers.Float && descending && large) continue;

                    // Few different integers, so that many are equal.
                    yield return new OpCase(typeof(ArgSort), $"{numbers} {direction} along {axis}", [new(shape, view, numbers)], x => x[0].ArgSort(axis, descending),
                        x => x[0].Lines(axis, line => SortedPlaces(line, descending)))
                    { HasGradient = false, IsLarge = large };
                }

                yield return new OpCase(typeof(ArgSort), $"sort {direction} along {axis}", [new(shape, view) { GridPhase = 0.5 }], x => x[0].Sort(axis, descending),
                    x => x[0].Lines(axis, line => Sorted(line, descending)))
                { IsLarge = large };
                int size = shape[axis < 0 ? axis + shape.Length : axis], k = Math.Min(size, 3);
                yield return new OpCase(typeof(TopK), $"{k} {direction} along {axis}", [new(shape, view) { GridPhase = 0.25 }], x => x[0].TopK(k, axis, descending).Values,
                    x => k == 0 ? new Values(With(shape, 1, 0), []) : x[0].Lines(axis, line => Sorted(line, descending)[..k]))
                { IsLarge = large };
            }
        }

        double[] special = [3, double.NaN, -0.0, 0, double.NegativeInfinity, -1, 0, double.PositiveInfinity, double.NaN, -0.0, 3, -7];
        yield return new OpCase(typeof(ArgSort), "of special numbers", [new([2, 6]) { Fixed = special }], x => x[0].ArgSort(), x => x[0].Lines(1, line => SortedPlaces(line, false))) { HasGradient = false };
        yield return new OpCase(typeof(ArgSort), "of special numbers down", [new([12]) { Fixed = special }], x => x[0].ArgSort(0, true), x => x[0].Lines(0, line => SortedPlaces(line, true))) { HasGradient = false };
        yield return new OpCase(typeof(TopK), "of special numbers", [new([12]) { Fixed = special }], x => x[0].TopK(3).Indices, x => x[0].Lines(0, line => SortedPlaces(line, true)[..3])) { HasGradient = false };
        yield return new OpCase(typeof(ArgSort), "in several tiles", [new([2, 1030])], x => x[0].ArgSort(), x => x[0].Lines(1, line => SortedPlaces(line, false))) { HasGradient = false, Types = [DType.F32] };
        yield return new OpCase(typeof(TopK), "in several tiles", [new([1, 2050])], x => x[0].TopK(2).Indices, x => x[0].Lines(1, line => SortedPlaces(line, true)[..2])) { HasGradient = false, Types = [DType.F32] };
        yield return new OpCase(typeof(ArgSort), "of one long row", [new([70000])], x => x[0].ArgSort(), x => x[0].Lines(0, line => SortedPlaces(line, false))) { HasGradient = false, IsLarge = true };
        yield return new OpCase(typeof(TopK), "many of a long row", [new([2, 5000], View.Dense, Numbers.Int32) { Low = -300, High = 300 }], x => x[0].TopK(200, -1, false).Indices,
            x => x[0].Lines(1, line => SortedPlaces(line, false)[..200]))
        { HasGradient = false, IsLarge = true };

        foreach (double q in (double[])[0, 0.3, 0.5, 1])
        {
            yield return new OpCase(typeof(ArgSort), $"quantile {q}", [new([5, 6], View.Transposed) { GridPhase = 0.5 }], x => x[0].Quantile(q, 0), x => x[0].Reduce([0], false, line =>
            {
                double[] sorted = Sorted(line, false);
                double position = q * (line.Length - 1);
                int low = (int)position, high = Math.Min(low + 1, line.Length - 1);
                return sorted[low] + ((position - low) * (sorted[high] - sorted[low]));
            }));
        }

        yield return new OpCase(typeof(PutAlong), "inverse permutation", [new([2, 4], View.Dense, Numbers.Int64) { Fixed = [2, 0, 3, 1, 0, 1, 2, 3] }], x => x[0].InversePermutation(),
            x => x[0].Lines(1, line => [.. Enumerable.Range(0, 4).Select(j => (double)Array.IndexOf(line, j))]))
        { HasGradient = false };
    }

    static double[] Running(double[] line, bool reverse, bool exclusive, double start, Func<double, double, double> next)
    {
        double sum = start;
        var result = new double[line.Length];
        for (int j = 0; j < line.Length; j++)
        {
            int at = reverse ? line.Length - 1 - j : j;
            double after = next(sum, line[at]);
            result[at] = exclusive ? sum : after;
            sum = after;
        }

        return result;
    }

    static IEnumerable<OpCase> Scans()
    {
        (int[] Shape, View View, int Axis)[] shapes = [.. orderShapes[1..^1], ([3, 4, 40], View.Dense, 1), ([2, 70], View.Dense, 1), ([60, 300], View.Dense, 1), ([300, 90], View.Transposed, 0)];
        foreach (var (shape, view, axis) in shapes)
        {
            bool large = Values.CountOf(shape) > 1000;
            foreach (bool reverse in (bool[])[false, true])
            {
                string label = $"{(reverse ? "back" : "on")} along {axis}";
                foreach (bool exclusive in (bool[])[false, true])
                {
                    foreach (Numbers numbers in (Numbers[])[Numbers.Float, Numbers.Int32, Numbers.Int64])
                    {
                        if (numbers != Numbers.Float && (large || exclusive)) continue;
                        yield return new OpCase(typeof(CumulativeSum), $"{numbers} {label}{(exclusive ? " without its own" : "")}", [new(shape, view, numbers) { Low = numbers == Numbers.Float && shape[^1] > 40 ? -0.3 : -2, High = numbers == Numbers.Float && shape[^1] > 40 ? 0.3 : 2 }],
                            x => x[0].CumulativeSum(axis, reverse, exclusive), x => x[0].Lines(axis, line => Running(line, reverse, exclusive, 0, (sum, next) => sum + next)))
                        { HasGradient = numbers == Numbers.Float, IsLarge = large, Tolerance32 = 2e-4, Tolerance64 = 1e-13 };
                    }
                }

                yield return new OpCase(typeof(CumulativeProduct), label, [new(shape, view) { Low = 0.7, High = 1.3 }], x => x[0].CumulativeProduct(axis, reverse),
                    x => x[0].Lines(axis, line => Running(line, reverse, false, 1, (product, next) => product * next)))
                { IsLarge = large, Tolerance32 = 1e-4, Tolerance64 = 1e-12 };
                yield return new OpCase(typeof(CumulativeLogSumExp), label, [new(shape, view)], x => x[0].CumulativeLogSumExp(axis, reverse),
                    x => x[0].Lines(axis, line => Running(line, reverse, false, double.NegativeInfinity, LogAdd)))
                { IsLarge = large, Tolerance32 = 5e-6, Tolerance64 = 1e-13 };
                yield return new OpCase(typeof(CumulativeArgExtreme), label, [new(shape, view) { GridPhase = 0.5 }], x => x[0].CumulativeMax(axis, reverse).Values,
                    x => x[0].Lines(axis, line => Running(line, reverse, false, double.NegativeInfinity, Math.Max)))
                { IsLarge = large };
                yield return new OpCase(typeof(CumulativeArgExtreme), $"of integers {label}", [new(shape, view, Numbers.Int32)], x => x[0].CumulativeMin(axis, reverse).Indices,
                    x => x[0].Lines(axis, line => RunningPlaces(line, reverse)))
                { HasGradient = false, IsLarge = large };
                yield return new OpCase(typeof(LinearRecurrence), label, [new(shape, view) { Low = -1, High = 1 }, new(shape)], x => x[0].LinearRecurrence(x[1], axis, reverse), x =>
                {
                    // Both operands of a line, one after the other.
                    int at = axis < 0 ? axis + shape.Length : axis, size = shape[at];
                    return Values.Build(shape, index =>
                    {
                        double h = 0;
                        for (int j = 0; j < size; j++)
                        {
                            int place = reverse ? size - 1 - j : j;
                            int[] there = Replace(index, at, place);
                            h = (x[0][there] * h) + x[1][there];
                            if (place == index[at]) break;
                        }

                        return h;
                    });
                })
                { IsLarge = large, Tolerance32 = 1e-5, Tolerance64 = 1e-13 };
            }
        }

        yield return new OpCase(typeof(CumulativeProduct), "with zeros", [new([2, 5]) { Fixed = [2, 0, 3, -1, 0.5, 1.5, 0, 2, 0, 4] }], x => x[0].CumulativeProduct(),
            x => x[0].Lines(1, line => Running(line, false, false, 1, (product, next) => product * next)));
        yield return new OpCase(typeof(CumulativeLogSumExp), "from nothing on", [new([1, 4]) { Fixed = [double.NegativeInfinity, double.NegativeInfinity, 300, -200] }], x => x[0].CumulativeLogSumExp(),
            x => x[0].Lines(1, line => Running(line, false, false, double.NegativeInfinity, LogAdd)))
        { HasGradient = false };
    }

    static double LogAdd(double a, double b) => double.IsNegativeInfinity(a) ? b : double.IsNegativeInfinity(b) ? a : Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));

    static double[] RunningPlaces(double[] line, bool reverse)
    {
        int best = -1;
        return Running([.. Enumerable.Range(0, line.Length).Select(i => (double)i)], reverse, false, -1, (_, at) =>
        {
            if (best < 0 || line[(int)at] <= line[best]) best = (int)at;
            return best;
        });
    }

    static IEnumerable<OpCase> Places()
    {
        (int[] Sorted, int[] Numbers, bool Large)[] searches = [([5], [2, 3], false), ([1], [4], false), ([0], [3], false), ([3, 6], [3, 4], false), ([2, 2, 4], [2, 2, 1], false), ([500], [4101], true)];
        foreach (var (sorted, numbers, large) in searches)
        {
            foreach (bool right in (bool[])[false, true])
            {
                foreach (Numbers kind in (Numbers[])[Numbers.Float, Numbers.Int64])
                {
                    double bound = large ? 500 : 4;
                    yield return new OpCase(typeof(SearchSorted), $"{kind} {(right ? "right" : "left")}",
                        [new(sorted, View.Dense, kind) { Low = -bound, High = bound }, new(numbers, View.Dense, kind) { Low = -bound, High = bound }],
                        x => x[0].Sort().SearchSorted(x[1], right), x => Values.Build(numbers, index =>
                        {
                            double number = x[1][index];
                            int[] row = sorted.Length == 1 ? [0] : (int[])index.Clone();
                            return Enumerable.Range(0, sorted[^1]).Count(i => right ? x[0][Replace(row, row.Length - 1, i)] <= number : x[0][Replace(row, row.Length - 1, i)] < number);
                        }))
                    { HasGradient = false, IsLarge = large };
                }
            }
        }

        yield return new OpCase(typeof(AddAlong), "many of a row", [new([1, 520]), new([1, 520], View.Dense, Numbers.Int64) { Low = 0, High = 9 }], x => x[0].AddAlong(1, x[1], 9),
            x => Values.Build([1, 9], index => Enumerable.Range(0, 520).Where(j => (int)x[1].Data[j] == index[1]).Sum(j => x[0].Data[j])))
        { Tolerance32 = 5e-6, Tolerance64 = 1e-14 };
        (int[] Shape, View View, int Axis, int Count)[] shapes = [([5], View.Dense, 0, 7), ([2, 3, 4], View.Transposed, 1, 5), ([3, 2], View.Dense, 1, 0), ([90, 50], View.Dense, 0, 120)];
        foreach (var (shape, view, axis, count) in shapes)
        {
            int at = axis < 0 ? axis + shape.Length : axis, size = shape[at];
            bool large = Values.CountOf(shape) > 1000;
            int[] given = With(shape, at, count);
            Input indices = new(given, View.Dense, Numbers.Int64) { Low = 0, High = size };
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                double low = numbers == Numbers.Bool ? 0 : -2;
                yield return new OpCase(typeof(PutAlong), $"{numbers} along {axis}", [new(shape, view, numbers) { Low = low }, indices, new(given, View.Dense, numbers) { Low = low }],
                    x => x[0].PutAlong(axis, x[1], x[2]), x =>
                    {
                        var result = new Values(shape, (double[])x[0].Data.Clone());
                        for (int i = 0; i < x[1].Data.Length; i++) result.Data[result.Position(Replace(Values.Index(given, i), at, (int)x[1].Data[i]))] = x[2].Data[i];
                        return result;
                    })
                { HasGradient = numbers == Numbers.Float, IsLarge = large };
            }

            if (count == 0) continue;
            Input everywhere = indices with { Low = 0, High = 2, Fixed = Values.Build(given, index => index[at] % 2).Data };
            foreach (bool largest in (bool[])[false, true])
            {
                yield return new OpCase(typeof(ArgExtremeAlong), $"{(largest ? "max" : "min")} along {axis}", [new(given) { GridPhase = 0.5 }, everywhere],
                    x => largest ? x[0].MaxAlong(axis, x[1], 2) : x[0].MinAlong(axis, x[1], 2), x => Values.Build(With(given, at, 2), index =>
                    {
                        IEnumerable<double> there = Enumerable.Range(0, count).Where(j => j % 2 == index[at]).Select(j => x[0][Replace(index, at, j)]);
                        return largest ? there.Max() : there.Min();
                    }))
                { IsLarge = large };
            }

            yield return new OpCase(typeof(ArgExtremeAlong), $"of integers along {axis}", [new(given, View.Dense, Numbers.Int32), indices], x => x[0].MaxAlong(axis, x[1], size), x => Values.Build(shape, index =>
                Enumerable.Range(0, count).Select(j => Replace(index, at, j)).Where(place => (int)x[1][place] == index[at]).Select(place => x[0][place]).Append(int.MinValue).Max()))
            { HasGradient = false, IsLarge = large };
            yield return new OpCase(typeof(AddAlong), $"mean along {axis}", [new(given), indices], x => x[0].MeanAlong(axis, x[1], size), x => Values.Build(shape, index =>
                Enumerable.Range(0, count).Select(j => Replace(index, at, j)).Where(place => (int)x[1][place] == index[at]).Select(place => x[0][place]).DefaultIfEmpty(0).Average()))
            { IsLarge = large, Tolerance32 = 3e-6 };
        }
    }

    static IEnumerable<OpCase> Distances()
    {
        (int[] X, int[] Y, View View)[] shapes =
        [
            ([3, 2], [4, 2], View.Dense), ([1, 1], [1, 1], View.Dense), ([5, 3], [2, 3], View.Transposed), ([2, 3, 2], [4, 2], View.Stepped), ([0, 3], [2, 3], View.Dense), ([4, 0], [2, 0], View.Dense),
            ([70, 5], [300, 5], View.Dense), ([2, 33, 20], [2, 140, 20], View.Dense),
        ];
        foreach (var (x, y, view) in shapes)
        {
            bool large = Values.CountOf(y) > 1000;
            int width = x[^1];
            Input left = new(x, view), right = new(y);
            int[] shape = [.. x[..^1], y[^2]];
            Values Squares(Values[] o) => Values.Build(shape, index => Enumerable.Range(0, width).Sum(k =>
            {
                double other = y.Length == 2 ? o[1][index[^1], k] : o[1][index[0], index[^1], k], d = o[0][[.. index[..^1], k]] - other;
                return d * d;
            }));
            yield return new OpCase(typeof(SquaredDistances), "", [left, right], o => o[0].PairwiseSquaredDistances(o[1], exact: true), Squares) { IsLarge = large, Tolerance32 = 5e-6 };
            yield return new OpCase(typeof(MatMul), "as squared distances", [left, right with { Low = 3, High = 7 }], o => o[0].PairwiseSquaredDistances(o[1], exact: false), Squares)
            { IsLarge = large, Tolerance32 = 2e-5, Tolerance64 = 1e-13 };
            yield return new OpCase(typeof(SquaredDistances), "and their roots", [left, right with { Low = 3, High = 7 }], o => o[0].PairwiseDistances(o[1], exact: true), o => Squares(o).Map(Math.Sqrt))
            { IsLarge = large, HasGradient = width > 0, Tolerance32 = 5e-6 };
            if (x.Length > 2 || x[0] * width == 0) continue;
            int k = Math.Min(3, y[0]);
            double[] Order(double[] line) => [.. SortedPlaces(line, false)[..k]];
            yield return new OpCase(typeof(NearestNeighbours), $"{k}", [left, right], o => o[0].NearestNeighbours(o[1], k).Indices, o => Squares(o).Lines(1, Order)) { HasGradient = false, IsLarge = large, Types = [DType.F64] };
            yield return new OpCase(typeof(NearestNeighbours), $"{k}, distances", [left with { GridPhase = 0.3 }, right with { GridPhase = 0.6 }], o => o[0].NearestNeighbours(o[1], k).Distances,
                o => Squares(o).Lines(1, line => [.. line.Order().Take(k)]).Map(Math.Sqrt))
            { IsLarge = large, Tolerance32 = 5e-6 };
        }
    }
}
