namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static IEnumerable<OpCase> Indexing()
    {
        (int[] Shape, View View, int Axis, int Count, View Indices)[] shapes =
        [
            ([5], View.Dense, 0, 7, View.Dense),
            ([1, 3], View.Dense, 0, 4, View.Dense),
            ([4, 17], View.Transposed, 0, 6, View.Stepped),
            ([4, 6], View.Stepped, 1, 5, View.Reversed),
            ([2, 3, 4], View.Expanded, -2, 6, View.Dense),
            ([3, 4], View.Offset, -1, 0, View.Dense),
            ([2, 0, 3], View.Dense, 0, 3, View.Dense),
            ([900, 40], View.Dense, 0, 1300, View.Dense),
        ];
        foreach (var (shape, view, axis, count, places) in shapes)
        {
            int size = shape[axis < 0 ? axis + shape.Length : axis], at = axis < 0 ? axis + shape.Length : axis;
            bool large = Values.CountOf(shape) > 1000;
            Input indices = new([count], places, Numbers.Int64) { Low = 0, High = size };
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                double low = numbers == Numbers.Bool ? 0 : -2;
                yield return new OpCase(typeof(Select), $"{numbers} along {axis}", [new(shape, view, numbers) { Low = low }, indices], x => x[0].Select(axis, x[1]),
                    x => Values.Build(With(shape, at, count), index => x[0][Replace(index, at, (int)x[1][index[at]])]))
                { HasGradient = numbers == Numbers.Float, IsLarge = large };
                if (numbers == Numbers.Bool) continue;

                Input names = new([size], places, Numbers.Int64) { Low = 0, High = size };
                yield return new OpCase(typeof(AddAt), $"{numbers} along {axis}", [new(shape, view, numbers), names], x => x[0].AddAt(axis, x[1], size + 1), x =>
                {
                    var sum = new Values(With(shape, at, size + 1), new double[Values.CountOf(With(shape, at, size + 1))]);
                    for (int i = 0; i < x[0].Data.Length; i++)
                    {
                        int[] index = Values.Index(shape, i);
                        sum.Data[sum.Position(Replace(index, at, (int)x[1][index[at]]))] += x[0].Data[i];
                    }

                    return sum;
                })
                { HasGradient = numbers == Numbers.Float, IsLarge = large, Tolerance32 = 3e-6 };

                Input along = new(With(shape, at, count), View.Dense, Numbers.Int64) { Low = 0, High = size };
                yield return new OpCase(typeof(TakeAlong), $"{numbers} along {axis}", [new(shape, view, numbers), along], x => x[0].TakeAlong(axis, x[1]),
                    x => x[1].Rank == 0 ? x[1] : Values.Build(x[1].Shape, index => x[0][Replace(index, at, (int)x[1][index])]))
                { HasGradient = numbers == Numbers.Float, IsLarge = large };

                Input each = new(shape, shape.Length > 1 ? View.Transposed : View.Dense, Numbers.Int64) { Low = 0, High = size + 2 };
                yield return new OpCase(typeof(AddAlong), $"{numbers} along {axis}", [new(shape, view, numbers), each], x => x[0].AddAlong(axis, x[1], size + 2), x =>
                {
                    var sum = new Values(With(shape, at, size + 2), new double[Values.CountOf(With(shape, at, size + 2))]);
                    for (int i = 0; i < x[0].Data.Length; i++) sum.Data[sum.Position(Replace(Values.Index(shape, i), at, (int)x[1].Data[i]))] += x[0].Data[i];
                    return sum;
                })
                { HasGradient = numbers == Numbers.Float, IsLarge = large, Tolerance32 = 3e-6 };
            }
        }
    }

    static IEnumerable<OpCase> HotRows()
    {
        (int Size, int Width, View View, int Rows, int Hot, View Indices)[] shapes =
        [
            (5, 3, View.Dense, 4, 2, View.Dense),
            (6, 17, View.Transposed, 3, 4, View.Transposed),
            (4, 40, View.Stepped, 5, 1, View.Reversed),
            (3, 8, View.Offset, 0, 2, View.Dense),
            (3, 7, View.Dense, 2, 0, View.Dense),
            (60, 300, View.Dense, 250, 7, View.Dense),
        ];
        foreach (var (size, width, view, rows, hot, places) in shapes)
        {
            bool large = size * width > 1000;
            Input table = new([size, width], view), bias = new([width], View.Reversed), x = new([rows, width], view);
            Input indices = new([rows, hot], places, Numbers.Int64) { Low = -1, High = size };
            Values Sums(Values[] operands) => Values.Build([rows, width], index =>
            {
                double sum = operands.Length > 2 ? operands[2][index[1]] : 0;
                for (int j = 0; j < hot; j++)
                {
                    int place = (int)operands[1][index[0], j];
                    if (place >= 0) sum += operands[0][place, index[1]];
                }

                return sum;
            });
            yield return new OpCase(typeof(GatherSum), "", [table, indices], o => o[0].GatherSum(o[1]), Sums) { IsLarge = large, Tolerance32 = 3e-6 };
            yield return new OpCase(typeof(GatherSum), "and bias", [table, indices, bias], o => o[0].GatherSum(o[1], o[2]), Sums) { IsLarge = large, Tolerance32 = 3e-6 };
            yield return new OpCase(typeof(ScatterSum), "", [x, indices], o => o[0].ScatterSum(o[1], size), o => Values.Build([size, width], index =>
            {
                double sum = 0;
                for (int i = 0; i < rows * hot; i++)
                {
                    if ((int)o[1].Data[i] == index[0]) sum += o[0][i / hot, index[1]];
                }

                return sum;
            }))
            { IsLarge = large, Tolerance32 = 3e-6 };
        }
    }

    static int[] With(int[] shape, int axis, int size) => Replace(shape, axis, size);

    static int[] Replace(int[] list, int position, int value)
    {
        var copy = (int[])list.Clone();
        copy[position] = value;
        return copy;
    }
}
