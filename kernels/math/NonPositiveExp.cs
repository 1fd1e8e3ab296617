using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// <see cref="Elementary.ExpOfNonPositive"/>, bit for bit, with its f32 constants in registers: where the compiler knows their values it reads each from memory at every use, and fourteen reads
/// a register of numbers, two a cycle, were the limit of the loop.
/// </summary>
readonly unsafe struct NonPositiveExp<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>Numbers that the constructor may write to.</summary>
    public const int TableLength = 9;

    readonly V logBase2OfE, rounding, log2, fifth, fourth, third, second, one, least;

    /// <summary>Passes the constants through a table, where the compiler loses sight of their values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NonPositiveExp(T* table)
    {
        if (V.IsDouble) return;
        Elementary.WriteNonPositiveExp((float*)table);
        logBase2OfE = V.Repeat(table[0]);
        rounding = V.Repeat(table[1]);
        log2 = V.Repeat(table[2]);
        fifth = V.Repeat(table[3]);
        fourth = V.Repeat(table[4]);
        third = V.Repeat(table[5]);
        second = V.Repeat(table[6]);
        one = V.Repeat(table[7]);
        least = V.Repeat(table[8]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V x)
    {
        if (V.IsDouble) return Elementary.ExpOfNonPositive(x);
        V shifted = V.MultiplyAdd(x, logBase2OfE, rounding);
        V n = shifted - rounding, r = V.MultiplyAdd(n, log2, x);
        V p = V.MultiplyAdd(V.MultiplyAdd(V.MultiplyAdd(fifth, r, fourth), r, third), r, second);
        p = V.MultiplyAdd(V.MultiplyAdd(p, r, one), r, one);
        return V.IfLess(x, least, V.From(0), V.HasScale ? V.Scale(p, n) : p * V.AddExponent(one, shifted));
    }
}
