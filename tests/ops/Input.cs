namespace Adjoint.Tests.Ops;

/// <summary>How an operand lies in memory.</summary>
public enum View
{
    /// <summary>Row-major without gaps.</summary>
    Dense,

    /// <summary>The last two axes exchanged.</summary>
    Transposed,

    /// <summary>Every second element of the last axis, from the second on.</summary>
    Stepped,

    /// <summary>The last axis backwards.</summary>
    Reversed,

    /// <summary>The first axis repeats one element by a stride of zero.</summary>
    Expanded,

    /// <summary>A part of the first axis, which does not start at the start of the memory.</summary>
    Offset,
}

/// <summary>What kind of numbers an operand holds.</summary>
public enum Numbers
{
    /// <summary>Floats of the dtype under test.</summary>
    Float,

    /// <summary>i32.</summary>
    Int32,

    /// <summary>i64: indices, classes.</summary>
    Int64,

    /// <summary>Masks.</summary>
    Bool,
}

/// <summary>One operand of a case: its shape as the op sees it, how it lies in memory, and where its numbers come from.</summary>
public sealed record Input(int[] Shape, View View = View.Dense, Numbers Numbers = Numbers.Float)
{
    /// <summary>Interval of the numbers; integers are below <see cref="High"/>.</summary>
    public double Low { get; init; } = -2;

    public double High { get; init; } = 2;

    /// <summary>Points from which floats keep a distance, because the op is not smooth there.</summary>
    public Func<double, double>? DistanceToKink { get; init; }

    /// <summary>Whether all numbers lie on a grid of their own, so that no two of them (or of another grid) are close. The phase shifts the grid.</summary>
    public double? GridPhase { get; init; }

    /// <summary>Fixed numbers instead of random ones.</summary>
    public double[]? Fixed { get; init; }

    public DType TypeFor(DType floats) => Numbers switch
    {
        Numbers.Float => floats,
        Numbers.Int32 => DType.I32,
        Numbers.Int64 => DType.I64,
        _ => DType.Bool,
    };

    /// <summary>Random numbers of the tensor that owns the memory, which is larger than what the view shows.</summary>
    public Values Draw(Random random, DType floats)
    {
        var shape = (int[])Shape.Clone();
        switch (View)
        {
            case View.Transposed: (shape[^1], shape[^2]) = (shape[^2], shape[^1]); break;
            case View.Stepped: shape[^1] = (2 * shape[^1]) + 1; break;
            case View.Expanded: shape[0] = 1; break;
            case View.Offset: shape[0] += 3; break;
        }

        int count = Values.CountOf(shape);
        if (Fixed is not null) return new Values(shape, Fixed);
        var data = new double[count];
        int[] places = [.. Enumerable.Range(0, count)];
        random.Shuffle(places);
        for (int i = 0; i < count; i++)
        {
            if (Numbers != Numbers.Float) data[i] = Math.Floor(Low + (random.NextDouble() * (High - Low)));
            else if (GridPhase is { } phase) data[i] = Low + ((High - Low) * (places[i] + phase) / count);
            else
            {
                do data[i] = Low + (random.NextDouble() * (High - Low));
                while (DistanceToKink?.Invoke(data[i]) < 0.06);
            }

            if (floats == DType.F32 && Numbers == Numbers.Float) data[i] = (float)data[i];
        }

        return new Values(shape, data);
    }

    /// <summary>The tensor that owns the memory.</summary>
    public Tensor Own(Values values, DType floats)
    {
        Shape shape = Adjoint.Shape.Create(values.Shape);
        return TypeFor(floats) switch
        {
            DType.F32 => Tensor.From(Array.ConvertAll(values.Data, x => (float)x), shape),
            DType.F64 => Tensor.From(values.Data, shape),
            DType.I32 => Tensor.From(Array.ConvertAll(values.Data, x => (int)x), shape),
            DType.I64 => Tensor.From(Array.ConvertAll(values.Data, x => (long)x), shape),
            _ => Tensor.From(Array.ConvertAll(values.Data, x => x != 0), shape),
        };
    }

    /// <summary>The view of the owning tensor that the op gets.</summary>
    public Tensor Show(Tensor own) => View switch
    {
        View.Transposed => own.Transpose(),
        View.Stepped => own.Slice(-1, 1, int.MaxValue, 2),
        View.Reversed => own.Flip(-1),
        View.Expanded => own.Expand(Adjoint.Shape.Create(Shape)),
        View.Offset => own.Slice(0, 2, -1),
        _ => own,
    };

    /// <summary>The same view of plain values.</summary>
    public Values Show(Values own)
    {
        int rank = own.Rank;
        return View switch
        {
            View.Transposed => own.Permute([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]),
            View.Stepped => own.Slice(rank - 1, 1, Shape[^1], 2),
            View.Reversed => own.Slice(rank - 1, own.Shape[^1] - 1, own.Shape[^1], -1),
            View.Expanded => own.Expand(Shape),
            View.Offset => own.Slice(0, 2, Shape[0], 1),
            _ => own,
        };
    }
}
