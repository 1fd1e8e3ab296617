namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    // Scalars, axes of size one, ragged tails, every layout, nothing at all, and enough for several threads.
    static readonly (int[] Shape, View View)[] unaryShapes =
    [
        ([], View.Dense),
        ([1], View.Dense),
        ([37], View.Dense),
        ([3, 1, 5], View.Dense),
        ([5, 17], View.Transposed),
        ([4, 9], View.Stepped),
        ([33], View.Reversed),
        ([3, 7], View.Expanded),
        ([2, 19], View.Offset),
        ([0, 3], View.Dense),
        ([47, 701], View.Dense),
        ([300, 130], View.Transposed),
    ];

    static readonly (int[] Left, View LeftView, int[] Right, View RightView)[] binaryShapes =
    [
        ([], View.Dense, [], View.Dense),
        ([23], View.Dense, [23], View.Dense),
        ([5, 7], View.Dense, [7], View.Reversed),
        ([5, 1], View.Dense, [1, 18], View.Dense),
        ([4, 5], View.Transposed, [4, 5], View.Stepped),
        ([], View.Dense, [3, 6], View.Offset),
        ([2, 3, 4], View.Expanded, [3, 1], View.Dense),
        ([17], View.Stepped, [2, 1], View.Dense),
        ([0, 4], View.Dense, [4], View.Dense),
        ([50, 701], View.Dense, [701], View.Dense),
        ([40, 1], View.Dense, [1, 901], View.Dense),
    ];

    static IEnumerable<OpCase> Unary()
    {
        foreach (OpEntry entry in OpTable.All.Where(PointwiseReferences.IsUnary))
        {
            foreach (UnaryReference reference in PointwiseReferences.Unary.Where(reference => reference.Name == entry.Name))
            {
                Op op = PointwiseReferences.Make(entry, reference.Operator);
                foreach (var (shape, view) in unaryShapes)
                {
                    // The strided loops are the same code for every operator: one that is large enough for several threads will do.
                    if (Values.CountOf(shape) > 1000 && view != View.Dense && entry.Name != "tanh") continue;
                    var input = new Input(shape, view) { Low = entry.Domain!.Value.Low, High = entry.Domain.Value.High, DistanceToKink = reference.DistanceToKink };
                    yield return new OpCase(entry.Type, $"{reference.Operator}", [input], x => Dispatch.Run(op, x), Map(reference.F))
                    {
                        IsLarge = Values.CountOf(shape) > 1000,
                        Tolerance64 = reference.Tolerance64,
                    };
                }
            }
        }
    }

    static IEnumerable<OpCase> Binary()
    {
        foreach (OpEntry entry in OpTable.All.Where(PointwiseReferences.IsBinary))
        {
            foreach (BinaryReference reference in PointwiseReferences.Binary.Where(reference => reference.Name == entry.Name))
            {
                Op op = PointwiseReferences.Make(entry, null);
                foreach (var (left, leftView, right, rightView) in binaryShapes)
                {
                    var (low, high) = entry.Domain!.Value;
                    Input x = new(left, leftView) { Low = low, High = high }, y = new(right, rightView) { Low = low, High = high };
                    if (reference.HasKink) (x, y) = (x with { DistanceToKink = NearEvenFifths }, y with { DistanceToKink = NearOddFifths });
                    yield return new OpCase(entry.Type, "", [x, y], tensors => Dispatch.Run(op, tensors), Zip(reference.F))
                    {
                        IsLarge = Values.CountOf(Values.Broadcast(left, right)) > 1000,
                    };
                }
            }
        }
    }

    // Left operands keep to bands around even fifths and right operands to bands around odd ones, so that no pair is near a tie.
    static double NearEvenFifths(double x) => WithinBand(x / 0.4);

    static double NearOddFifths(double x) => WithinBand((x / 0.4) - 0.5);

    static double WithinBand(double place) => 0.11 - (0.4 * Math.Abs(place - Math.Round(place)));

    static IEnumerable<OpCase> Integers()
    {
        Input ints = new([4, 5], View.Transposed, Numbers.Int32) { Low = -50, High = 50 }, longs = new([3, 4, 5], View.Dense, Numbers.Int64) { Low = -50, High = 50 };
        var unary = new (Type Op, Func<Tensor, Tensor> Call, Func<double, double> F)[]
        {
            (typeof(Unary<Negate>), x => x.Negate(), x => -x),
            (typeof(Unary<Abs>), x => x.Abs(), Math.Abs),
            (typeof(Unary<Sign>), x => x.Sign(), x => Math.Sign(x)),
            (typeof(Unary<Square>), x => x.Square(), x => x * x),
            (typeof(Unary<Clamp>), x => x.Clamp(-7, 20), x => Math.Clamp(x, -7, 20)),
            (typeof(Unary<Affine>), x => x.Affine(3, -4), x => (3 * x) - 4),
        };
        var binary = new (Type Op, Func<Tensor, Tensor, Tensor> Call, Func<double, double, double> F)[]
        {
            (typeof(Binary<Add>), (x, y) => x + y, (x, y) => x + y),
            (typeof(Binary<Subtract>), (x, y) => x - y, (x, y) => x - y),
            (typeof(Binary<Multiply>), (x, y) => x * y, (x, y) => x * y),
            (typeof(Binary<Maximum>), (x, y) => x.Maximum(y), Math.Max),
            (typeof(Binary<Minimum>), (x, y) => x.Minimum(y), Math.Min),
        };
        foreach (Input input in (Input[])[ints, longs])
        {
            foreach (var (op, call, f) in unary)
                yield return new OpCase(op, $"{input.Numbers}", [input], x => call(x[0]), Map(f)) { HasGradient = false, Types = [DType.F64] };
            Input other = input with { Shape = [4, 5] };
            foreach (var (op, call, f) in binary)
                yield return new OpCase(op, $"{input.Numbers}", [input, other], x => call(x[0], x[1]), Zip(f)) { HasGradient = false, Types = [DType.F64] };
        }
    }
}
