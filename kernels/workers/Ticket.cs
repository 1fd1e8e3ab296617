using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// The one word on which the pool synchronises: how many pieces of the current loop are untaken and how many helpers may take them,
/// with a count of loops above, so that a compare-and-swap by a thread that slept through a whole loop fails.
/// </summary>
static class Ticket
{
    const int PiecesBits = 16;
    const int HelpersBits = 16;

    static Padded word;

    /// <summary>Pieces left that the helper may take (helper 0 may take any loop's pieces).</summary>
    public static bool IsOpen(int helper) => Allows(Volatile.Read(ref word.Value), helper);

    public static void Publish(int helpers, int pieces)
    {
        var loops = (Volatile.Read(ref word.Value) >>> (PiecesBits + HelpersBits)) + 1;
        Interlocked.Exchange(ref word.Value, (loops << (PiecesBits + HelpersBits)) | ((long)helpers << PiecesBits) | (uint)pieces);
    }

    /// <summary>Takes one piece, if one is left that the helper may take; <paramref name="left"/> counts the untaken ones, this one included.</summary>
    public static bool TryTake(int helper, out int left)
    {
        while (true)
        {
            var seen = Volatile.Read(ref word.Value);
            left = (int)(seen & ((1 << PiecesBits) - 1));
            if (!Allows(seen, helper)) return false;
            if (Interlocked.CompareExchange(ref word.Value, seen - 1, seen) == seen) return true;
        }
    }

    static bool Allows(long seen, int helper) => (seen & ((1 << PiecesBits) - 1)) != 0 && helper < ((seen >>> PiecesBits) & ((1 << HelpersBits) - 1));

    // Idle workers poll this word; nothing that is written often may share its cache line.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Padded
    {
        [FieldOffset(128)]
        public long Value;
    }
}
