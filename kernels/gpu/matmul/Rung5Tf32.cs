using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 5: f32 operands rounded to tf32 and multiplied by matrix units; asynchronous copies fill one buffer while the other is used. Operands lie as their accesses say, 16 bytes at a time; rows and tiles may be
/// ragged. Launch: a warp for each warp tile. Limit: shared reads, a register an element.
/// </summary>
public static class Rung5Tf32
{
    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator =>
        WarpProducts<Fragments, float>.Run<TTile, TLeft, TRight, TFinish>(left, right, bias, target, product, finish);

    // A lane's numbers are a line, or eight lines, and four steps apart.
    readonly struct Fragments : IFragments<float>
    {
        public static int Count => 4;

        public static int Inner => 16;

        public static int LinePadding => 4;

        public static void Copy16(ref float target, ref float source, int bytes) => AsynchronousCopies.Copy16(ref target, ref source, bytes);

        public static int LeftPlace<TAccess>(int line, int step) where TAccess : struct, IAccess => (WarpTeam.Member / 4 * line) + (WarpTeam.Member % 4 * step);

        public static int RightPlace<TAccess>(int line, int step) where TAccess : struct, IAccess => LeftPlace<TAccess>(line, step);

        public static Registers4 Left<TAccess>(ArrayView<float> shared, int start, int line, int step) where TAccess : struct, IAccess
        {
            ArrayView<float> part = shared.SubView(start, (8 * line) + (4 * step) + 1);
            return new()
            {
                A = MatrixUnits.ToTf32(part[0]),
                B = MatrixUnits.ToTf32(part[8 * line]),
                C = MatrixUnits.ToTf32(part[4 * step]),
                D = MatrixUnits.ToTf32(part[(8 * line) + (4 * step)]),
            };
        }

        public static Rights Right<TAccess>(ArrayView<float> shared, int start, int line, int step) where TAccess : struct, IAccess => new()
        {
            A = Right(shared, start, step),
            B = Right(shared, start + (8 * line), step),
            C = Right(shared, start + (16 * line), step),
            D = Right(shared, start + (24 * line), step),
        };

        static Registers2 Right(ArrayView<float> shared, int start, int step)
        {
            ArrayView<float> part = shared.SubView(start, (4 * step) + 1);
            return new() { A = MatrixUnits.ToTf32(part[0]), B = MatrixUnits.ToTf32(part[4 * step]) };
        }

        public static Sums Multiply(Sums sums, Registers4 left, Registers2 right) => MatrixUnits.MultiplyTf32(sums, left, right);
    }
}
