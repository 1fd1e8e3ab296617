namespace Adjoint;

/// <summary>Checks of operands that several ops share; each message names the op and the remedy.</summary>
static class Require
{
    /// <summary>A float, or also an integer where the op takes those.</summary>
    public static void Number(string op, Tensor x, bool integers)
    {
        if (x.DType.IsFloat() || (integers && x.DType != DType.Bool)) return;
        throw new DTypeException($"{op}: takes {(integers ? "numbers" : "f32 or f64")}, not {x.DType.Name()}. Convert with To(DType.F32).");
    }

    public static void Float(string op, Tensor x) => Number(op, x, false);

    /// <summary>A constant that the dtype can hold: integers take no fractions, NaN, or numbers beyond their range.</summary>
    public static void Constant(string op, DType type, double value)
    {
        bool fits = type switch
        {
            DType.I32 => value == Math.Truncate(value) && value is >= int.MinValue and <= int.MaxValue,
            DType.I64 => value == Math.Truncate(value) && value is >= long.MinValue and < -(double)long.MinValue,
            _ => true,
        };
        if (!fits) throw new DTypeException($"{op}: {value} is no {type.Name()} number. Convert the tensor with To(DType.F64), or round the number.");
    }

    /// <summary>Two operands of one dtype: nothing is promoted silently.</summary>
    public static void SameType(string op, Tensor x, Tensor y)
    {
        if (x.DType == y.DType) return;
        throw new DTypeException($"{op}: operands are {x.DType.Name()} and {y.DType.Name()}. Convert one, such as To(DType.{x.DType}) on the second.");
    }

    public static void Type(string op, string role, Tensor x, DType type)
    {
        if (x.DType == type) return;
        throw new DTypeException($"{op}: {role} is {x.DType.Name()}, not {type.Name()}. Convert with To(DType.{type}).");
    }

    public static void Rank(string op, string role, Tensor x, int rank)
    {
        if (x.Rank == rank) return;
        throw new ShapeException($"{op}: {role} has shape {x.Shape}, not {rank} axes. Reshape it.");
    }

    public static void MinimumRank(string op, string role, Tensor x, int rank)
    {
        if (x.Rank >= rank) return;
        throw new ShapeException($"{op}: {role} has shape {x.Shape}, fewer than {rank} axes. Reshape it.");
    }

    /// <summary>A shape that stretches to the target by broadcasting.</summary>
    public static void BroadcastsTo(string op, string role, Shape shape, Shape target)
    {
        bool fits = shape.Rank <= target.Rank;
        for (int i = 1; fits && i <= shape.Rank; i++) fits = shape.Sizes[^i] == 1 || shape.Sizes[^i] == target.Sizes[^i];
        if (!fits) throw new ShapeException($"{op}: {role} of shape {shape} does not broadcast to {target}. Only axes of size 1 and missing leading axes stretch.");
    }

    /// <summary>Strides of x as seen through the shape it broadcasts to.</summary>
    public static void Broadcast(Tensor x, Shape shape, Span<int> strides)
    {
        int lead = shape.Rank - x.Rank;
        strides[..lead].Clear();
        for (int axis = 0; axis < x.Rank; axis++)
            strides[axis + lead] = x.Shape[axis] == 1 && shape[axis + lead] != 1 ? 0 : x.Layout.Strides[axis];
    }
}
