namespace Adjoint.Kernels;

/// <summary>The few register operations that a matrix product needs, for vectors <typeparamref name="V"/> of <typeparamref name="T"/>.</summary>
/// <remarks>
/// Apart from <see cref="ILane{V}"/> because a micro-kernel works on bare <c>Vector512</c> locals: that keeps all of its accumulators in
/// registers.
/// </remarks>
unsafe interface ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>MR: rows of the register tile. MR·2 accumulators and three more vectors must fit the register file.</summary>
    static abstract int Rows { get; }

    static abstract V Load(T* source);

    static abstract void Store(V x, T* target);

    /// <summary>The first <paramref name="count"/> numbers, zeros behind; touches no memory beyond them.</summary>
    static abstract V LoadPart(T* source, int count);

    /// <summary>Writes the first <paramref name="count"/> numbers and touches no memory beyond them.</summary>
    static abstract void StorePart(V x, T* target, int count);

    static abstract V Broadcast(T value);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Add(V a, V b);

    /// <summary>Zero where x ≤ bound, else x; NaN stays.</summary>
    static abstract V Rectify(V x, V bound);

    /// <summary>x·heaviside(gate): heaviside is 1 above zero, else 0, and NaN stays.</summary>
    static abstract V Gate(V x, V gate);

    /// <summary>Sum of the lanes, in a fixed order.</summary>
    static abstract T Sum(V x);
}
