namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static IEnumerable<OpCase> Moves()
    {
        OpCase Case(Type op, string label, Input input, Func<Tensor, Tensor> call, Func<Values, Values> reference) =>
            new(op, label, [input], x => call(x[0]), x => reference(x[0]));

        foreach (var (shape, view) in unaryShapes)
        {
            bool large = Values.CountOf(shape) > 1000;
            yield return Case(typeof(Identity), "", new(shape, view), x => x.Variable(), x => x) with { IsLarge = large };
            yield return Case(typeof(Reshape), "flat", new(shape, view), x => x.Reshape([1, x.Count]), x => x.Reshape(1, x.Data.Length)) with { IsLarge = large };
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                yield return Case(typeof(Copy), $"{numbers}", new(shape, view, numbers) { Low = numbers == Numbers.Bool ? 0 : -2 }, x => x.Clone(), x => x) with
                {
                    IsLarge = large,
                    HasGradient = numbers == Numbers.Float,
                };
            }
        }

        yield return Case(typeof(Reshape), "split", new([6, 4]), x => x.Reshape([2, -1, 2, 2]), x => x.Reshape(2, 3, 2, 2));
        yield return Case(typeof(Reshape), "of a view", new([6, 4], View.Transposed), x => x.Reshape([2, 3, 4]), x => x.Reshape(2, 3, 4));
        yield return Case(typeof(Reshape), "that copies", new([6, 4], View.Transposed), x => x.Reshape([8, 3]), x => x.Reshape(8, 3));
        yield return Case(typeof(Reshape), "to a scalar", new([1, 1]), x => x.Reshape([]), x => x.Reshape());

        yield return Case(typeof(Permute), "", new([2, 3, 4]), x => x.Permute([2, 0, 1]), x => x.Permute(2, 0, 1));
        yield return Case(typeof(Permute), "negative", new([3, 4], View.Stepped), x => x.Permute([-1, 0]), x => x.Permute(1, 0));
        yield return Case(typeof(Permute), "of a scalar", new([]), x => x.Permute([]), x => x);
        yield return Case(typeof(Permute), "transpose", new([2, 3, 1, 4], View.Reversed), x => x.Transpose(0, 2), x => x.Permute(2, 1, 0, 3));

        yield return Case(typeof(Expand), "scalar", new([]), x => x.Expand([2, 3]), x => x.Expand(2, 3));
        yield return Case(typeof(Expand), "middle", new([2, 1, 3], View.Transposed), x => x.Expand([4, 2, 5, 3]), x => x.Expand(4, 2, 5, 3));
        yield return Case(typeof(Expand), "to nothing", new([3, 1]), x => x.Expand([3, 0]), x => x.Expand(3, 0));
        yield return Case(typeof(Expand), "again", new([3, 5], View.Expanded), x => x.Expand([2, 3, 5]), x => x.Expand(2, 3, 5));

        yield return Case(typeof(Slice), "step 3", new([11]), x => x.Slice(0, 1, 10, 3), x => x.Slice(0, 1, 3, 3));
        yield return Case(typeof(Slice), "backwards", new([4, 11], View.Transposed), x => x.Slice(1, 1, 10, -3), x => x.Slice(1, 9, 3, -3));
        yield return Case(typeof(Slice), "negative", new([3, 7, 2]), x => x.Slice(-2, -4, -1), x => x.Slice(1, 3, 3, 1));
        yield return Case(typeof(Slice), "nothing", new([5, 2], View.Reversed), x => x.Slice(0, 3, 3), x => x.Slice(0, 0, 0, 1));
        yield return Case(typeof(Slice), "at", new([3, 4, 5], View.Stepped), x => x.At(1, -2), x => x.Slice(1, 2, 1, 1).Reshape(3, 5));
        yield return Case(typeof(Slice), "index", new([3, 4, 5]), x => x[2, -1], x => x.Slice(0, 2, 1, 1).Slice(1, 3, 1, 1).Reshape(5));

        yield return Case(typeof(Embed), "", new([5]), x => x.Pad(0, 2, 3), x => Padded(x, 0, 2, 3));
        yield return Case(typeof(Embed), "middle", new([2, 3, 4], View.Transposed), x => x.Pad(1, 0, 2), x => Padded(x, 1, 0, 2));
        yield return Case(typeof(Embed), "negative axis", new([3, 5], View.Expanded), x => x.Pad(-1, 1, 0), x => Padded(x, 1, 1, 0));
        yield return Case(typeof(Embed), "of nothing", new([0, 2]), x => x.Pad(0, 1, 1), x => Padded(x, 0, 1, 1));

        (Input[] Parts, int Axis)[] joined =
        [
            ([new([3])], 0),
            ([new([3]), new([0]), new([19], View.Reversed)], 0),
            ([new([2, 3], View.Transposed), new([4, 3], View.Stepped)], 0),
            ([new([2, 1], View.Dense), new([2, 5], View.Expanded), new([2, 3], View.Offset)], -1),
            ([new([2, 3, 2]), new([2, 1, 2], View.Transposed)], 1),
        ];
        foreach (var (parts, axis) in joined)
            yield return new OpCase(typeof(Concat), $"along {axis}", parts, x => TensorMath.Concat(x, axis), x => Joined(x, axis));
        yield return new OpCase(typeof(Concat), "stack", [new([2, 3]), new([2, 3], View.Transposed)], x => TensorMath.Stack(x, 1),
            x => Joined([x[0].Reshape(2, 1, 3), x[1].Reshape(2, 1, 3)], 1));

        (Input Whole, int Axis, int Parts, int Shown)[] cut =
        [
            (new([6]), 0, 3, 1), (new([2, 6, 3], View.Transposed), 1, 3, 2), (new([4, 5], View.Stepped), 0, 1, 0), (new([3, 6], View.Expanded), -1, 2, 1), (new([0, 4]), 1, 2, 0),
            (new([120, 600]), 1, 4, 3),
        ];
        foreach (var (whole, axis, parts, shown) in cut)
        {
            int[] shape = whole.Shape;
            int place = axis < 0 ? axis + shape.Length : axis, size = shape[place] / parts;
            yield return new OpCase(typeof(Split), $"{shown} of {parts} along {axis}", [whole], x => x[0].Split(axis, parts)[shown], x => x[0].Slice(place, shown * size, size, 1))
            { IsLarge = Values.CountOf(shape) > 1000 };
            if (Values.CountOf(shape) > 1000) continue;
            yield return new OpCase(typeof(Split), $"{parts} along {axis} put together again", [whole], x => TensorMath.Concat(x[0].Split(axis, parts), axis), x => x[0]);
        }

        yield return new OpCase(typeof(Split), "unstacked", [new([2, 3])], x => x[0].Unstack(1)[2], x => x[0].Slice(1, 2, 1, 1).Reshape(2));

        foreach (OpCase one in Casts()) yield return one;
    }

    static IEnumerable<OpCase> Casts()
    {
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 1e10, -1e10, 2.9, -2.9, 0.5];
        foreach (DType target in Enum.GetValues<DType>())
        {
            double To(double x) => target switch
            {
                DType.F32 => (float)x,
                DType.I32 => double.IsNaN(x) ? 0 : Math.Clamp(Math.Truncate(x), int.MinValue, int.MaxValue),
                DType.I64 => double.IsNaN(x) ? 0 : Math.Clamp(Math.Truncate(x), long.MinValue, long.MaxValue),
                DType.Bool => x != 0 ? 1 : 0,
                _ => x,
            };
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                Input input = new([3, 7], View.Transposed, numbers) { Low = numbers == Numbers.Bool ? 0 : -20, High = numbers == Numbers.Bool ? 2 : 20 };
                foreach (DType floats in (DType[])[DType.F32, DType.F64])
                {
                    if (input.TypeFor(floats) == target) continue;
                    yield return new OpCase(typeof(Cast), $"{input.TypeFor(floats)} to {target}", [input], x => x[0].To(target), Map(To)) { HasGradient = false, Types = [floats] };
                }
            }

            if (target == DType.F64) continue;
            yield return new OpCase(typeof(Cast), $"special to {target}", [new([9]) { Fixed = special }], x => x[0].To(target), Map(To)) { HasGradient = false, Types = [DType.F64] };
        }
    }

    static IEnumerable<OpCase> Creation()
    {
        foreach (DType type in Enum.GetValues<DType>())
        {
            double value = type.IsFloat() ? 2.5 : type == DType.Bool ? 1 : -3;
            foreach (int[] shape in (int[][])[[], [1], [37], [2, 0], [3, 5]])
            {
                yield return new OpCase(typeof(Fill), $"{type} {string.Join(",", shape)}", [], _ => Tensor.Full(Shape.Create(shape), value, type), _ => Values.Build(shape, _ => value))
                { HasGradient = false, Types = [DType.F64] };
            }

            if (type == DType.Bool) continue;
            foreach (int count in (int[])[0, 1, 37])
            {
                yield return new OpCase(typeof(Sequence), $"{type} {count}", [], _ => Tensor.Range(count, -2, 3, type), _ => Values.Build([count], index => -2 + (3 * index[0])))
                { HasGradient = false, Types = [DType.F64] };
            }
        }

        yield return new OpCase(typeof(Sequence), "fractions", [], _ => Tensor.Range(5, 0.25, 0.5, DType.F64), _ => new Values([5], [0.25, 0.75, 1.25, 1.75, 2.25]))
        { HasGradient = false, Types = [DType.F64] };
    }

    static Values Padded(Values x, int axis, int before, int after) => Values.Build(With(x.Shape, axis, before + x.Shape[axis] + after), index =>
    {
        int place = index[axis] - before;
        return place < 0 || place >= x.Shape[axis] ? 0 : x[Replace(index, axis, place)];
    });

    static Values Joined(Values[] parts, int axis)
    {
        axis = axis < 0 ? axis + parts[0].Rank : axis;
        return Values.Build(With(parts[0].Shape, axis, parts.Sum(part => part.Shape[axis])), index =>
        {
            int place = index[axis];
            foreach (Values part in parts)
            {
                if (place < part.Shape[axis]) return part[Replace(index, axis, place)];
                place -= part.Shape[axis];
            }

            throw new InvalidOperationException();
        });
    }
}
