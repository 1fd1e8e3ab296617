using System.Collections;
using System.Runtime.CompilerServices;

namespace Adjoint;

/// <summary>The sizes of a tensor's axes, outermost first. A scalar has rank 0. Written as a collection: <c>Shape s = [2, 3];</c></summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    /// <summary>The most axes a tensor may have.</summary>
    public const int MaxRank = 8;

    // The sizes, the strides of a row-major layout, and the element count: made once, and shared by every tensor of the shape, so that a result of
    // the shape of its operand costs no array of its own.
    readonly int[]? facts;

    Shape(int[] facts) => this.facts = facts;

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = Create([]);

    /// <summary>Number of axes.</summary>
    public int Rank => facts is null ? 0 : facts.Length >> 1;

    /// <summary>Number of elements: the product of the sizes. (Not named Count: spreading a shape counts its axes.)</summary>
    public int Elements => facts is null ? 0 : facts[^1];

    /// <summary>Size of an axis; negative axes count from the end.</summary>
    public int this[int axis] => Sizes[axis < 0 ? axis + Rank : axis];

    /// <summary>Sizes of a range of axes.</summary>
    public ReadOnlySpan<int> this[Range axes] => Sizes[axes];

    /// <summary>All sizes.</summary>
    public ReadOnlySpan<int> Sizes => new(facts, 0, Rank);

    /// <summary>Elements to step for each axis when they lie row-major without gaps.</summary>
    internal ReadOnlySpan<int> RowMajorStrides => new(facts, Rank, Rank);

    /// <summary>Makes a shape from its sizes.</summary>
    /// <exception cref="ShapeException">A size is negative, the rank is above <see cref="MaxRank"/>, or the element count is above 2^31 - 1.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank)
            throw new ShapeException($"A shape of {sizes.Length} axes is above the limit of {MaxRank}. Merge axes with Reshape.");
        long count = 1;
        bool empty = false;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ShapeException($"A shape holds the negative size {size}. Sizes are zero or more.");
            empty |= size == 0;
            count = Math.Min(count * Math.Max(size, 1), int.MaxValue + 1L);
        }

        if (count > int.MaxValue && !empty)
            throw new ShapeException($"The shape [{string.Join(", ", sizes.ToArray())}] has more than 2^31 - 1 elements. Split the tensor.");
        var facts = new int[(2 * sizes.Length) + 1];
        sizes.CopyTo(facts);
        int step = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            facts[sizes.Length + axis] = step;
            step *= Math.Max(sizes[axis], 1);
        }

        facts[^1] = empty ? 0 : (int)count;
        return new Shape(facts);
    }

    /// <summary>The shape that both broadcast to by NumPy's rules: axes align at the end, size 1 stretches.</summary>
    /// <exception cref="ShapeException">Two sizes differ and neither is 1.</exception>
    public static Shape Broadcast(string op, Shape left, Shape right)
    {
        if (left.Equals(right)) return left;
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> sizes = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int l = i <= left.Rank ? left.Sizes[^i] : 1, r = i <= right.Rank ? right.Sizes[^i] : 1;
            if (l != r && l != 1 && r != 1)
                throw new ShapeException($"{op}: the shapes {left} and {right} do not broadcast, sizes {l} and {r} meet. Reshape one, or insert an axis of size 1.");
            sizes[^i] = l == 1 ? r : l;
        }

        return Create(sizes);
    }

    /// <summary>An axis as 0 … rank-1.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int Axis(string op, int axis)
    {
        if (axis >= -Rank && axis < Rank) return axis < 0 ? axis + Rank : axis;
        throw new ShapeException($"{op}: axis {axis} does not exist in a tensor of shape {this}. Use {-Rank} to {Rank - 1}.");
    }

    /// <summary>The same shape with the size of one axis replaced.</summary>
    public Shape With(int axis, int size)
    {
        Span<int> copy = stackalloc int[Rank];
        Sizes.CopyTo(copy);
        copy[axis] = size;
        return Create(copy);
    }

    /// <summary>The same shape without one axis.</summary>
    public Shape Without(int axis)
    {
        Span<int> copy = stackalloc int[Rank - 1];
        Sizes[..axis].CopyTo(copy);
        Sizes[(axis + 1)..].CopyTo(copy[axis..]);
        return Create(copy);
    }

    /// <summary>The same shape with an axis inserted before <paramref name="axis"/>.</summary>
    public Shape Insert(int axis, int size)
    {
        Span<int> copy = stackalloc int[Rank + 1];
        Sizes[..axis].CopyTo(copy);
        copy[axis] = size;
        Sizes[axis..].CopyTo(copy[(axis + 1)..]);
        return Create(copy);
    }

    /// <summary>Product of the sizes of a range of axes.</summary>
    public int CountOf(Range axes)
    {
        int product = 1;
        foreach (int size in Sizes[axes]) product *= size;
        return product;
    }

    public bool Equals(Shape other) => ReferenceEquals(facts, other.facts) || Sizes.SequenceEqual(other.Sizes);

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int size in Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Sizes.ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", Sizes.ToArray())}]";
}
