using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 6: bf16 operands, as their 16 bits, with sums and target in f32; fragments come from shared memory four matrices at a time. Operands lie as their accesses say, 16 bytes at a time: sizes and distances
/// along them are multiples of 8; rows and tiles may be ragged. Launch as rung 5. Limit: matrix units, then copies of two buffers.
/// </summary>
public static class Rung6Bf16
{
    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator =>
        WarpProducts<Fragments, ushort>.Run<TTile, TLeft, TRight, TFinish>(left, right, bias, target, product, finish);

    // The eight numbers of a 16 x 16 part whose address this lane gives: matrices are upper left, lower left, upper right, lower right of a left operand, and the same of a right one's transpose, so that
    // each lane receives neighbours along the sum. Where those lie apart in shared memory, the load transposes.
    readonly struct Fragments : IFragments<ushort>
    {
        public static int Count => 8;

        public static int Inner => 32;

        public static int LinePadding => 8;

        public static void Copy16(ref ushort target, ref ushort source, int bytes) => AsynchronousCopies.Copy16(ref target, ref source, bytes);

        public static int LeftPlace<TAccess>(int line, int step) where TAccess : struct, IAccess
        {
            int lane = WarpTeam.Member;
            return TAccess.IsAlongInner ? (lane % 16 * line) + (lane / 16 * 8 * step) : (lane / 8 % 2 * 8 * line) + (((lane / 16 * 8) + (lane % 8)) * step);
        }

        public static int RightPlace<TAccess>(int line, int step) where TAccess : struct, IAccess
        {
            int lane = WarpTeam.Member;
            return TAccess.IsAlongInner ? (((lane / 16 * 8) + (lane % 8)) * line) + (lane / 8 % 2 * 8 * step) : (lane / 16 * 8 * line) + (lane % 16 * step);
        }

        public static Registers4 Left<TAccess>(ArrayView<ushort> shared, int start, int line, int step) where TAccess : struct, IAccess => Load<TAccess>(ref shared[start]);

        public static Rights Right<TAccess>(ArrayView<ushort> shared, int start, int line, int step) where TAccess : struct, IAccess
        {
            Registers4 near = Load<TAccess>(ref shared[start]), far = Load<TAccess>(ref shared[start + (16 * line)]);
            return new()
            {
                A = new() { A = near.A, B = near.B },
                B = new() { A = near.C, B = near.D },
                C = new() { A = far.A, B = far.B },
                D = new() { A = far.C, B = far.D },
            };
        }

        static Registers4 Load<TAccess>(ref ushort place) where TAccess : struct, IAccess => TAccess.IsAlongInner ? MatrixUnits.Load(ref place) : MatrixUnits.LoadTransposed(ref place);

        public static Sums Multiply(Sums sums, Registers4 left, Registers2 right) => MatrixUnits.MultiplyBf16(sums, left, right);
    }
}
