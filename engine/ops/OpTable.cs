using Adjoint.Kernels;

namespace Adjoint;

/// <summary>One line of the table of ops.</summary>
/// <param name="Family">Group in which the op is listed.</param>
/// <param name="Name">Name in messages.</param>
/// <param name="Type">Class of the op.</param>
/// <param name="Saves">What its derivative rules look at.</param>
/// <param name="IsDifferentiable">Whether it has derivative rules.</param>
/// <param name="Bound">What limits its speed.</param>
/// <param name="Domain">Arguments on which tests try a pointwise op.</param>
/// <param name="Sample">Small operands of every kind that it treats apart, by which it is found out where it runs.</param>
public sealed record OpEntry(string Family, string Name, Type Type, Saves Saves, bool IsDifferentiable, Bound Bound, (double Low, double High)? Domain, OpSample Sample);

/// <summary>Every op of the engine, one line each. A test fails for an op that is missing here, or has no cases.</summary>
public static class OpTable
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<OpEntry> All { get; } =
    [
        Binary(default(Add)),
        Binary(default(Subtract)),
        Binary(default(Multiply)),
        Binary(default(Divide)),
        Binary(default(Pow)),
        Binary(default(Maximum)),
        Binary(default(Minimum)),

        Unary(new Affine(1, 0)),
        Unary(default(Negate)),
        Unary(default(Reciprocal)),
        Unary(default(Square)),
        Unary(new Power(2)),
        Unary(default(Sqrt)),
        Unary(default(Rsqrt)),
        Unary(default(Exp)),
        Unary(default(Expm1)),
        Unary(default(Log)),
        Unary(default(Log1P)),
        Unary(default(Sin)),
        Unary(default(Cos)),
        Unary(default(Asin)),
        Unary(default(Acos)),
        Unary(default(Atan)),
        Unary(default(Sinh)),
        Unary(default(Cosh)),
        Unary(default(Tanh)),
        Unary(default(Sigmoid)),
        Unary(default(Softplus)),
        Unary(default(Relu)),
        Unary(new LeakyRelu(0.01)),
        Unary(new Elu(1)),
        Unary(default(Selu)),
        Unary(new EluSlope(1, 1)),
        Unary(default(Silu)),
        Unary(default(Gelu)),
        Unary(default(GeluTanh)),
        Unary(default(Erf)),
        Unary(default(Erfc)),
        Unary(default(Erfcx)),
        Unary(default(NormalCdf)),
        Unary(default(LogNormalCdf)),
        Unary(default(LogGamma)),
        Unary(new Polygamma(0)),
        Unary(new Clamp(-1, 1)),
        Unary(default(Abs)),
        Unary(default(Sign)),
        Unary(default(Heaviside)),
        Unary(default(Floor)),
        Unary(default(Round)),

        Op("compare", new Comparison<Equal>(), Pairs),
        Op("compare", new Comparison<NotEqual>(), Pairs),
        Op("compare", new Comparison<Less>(), Pairs),
        Op("compare", new Comparison<LessOrEqual>(), Pairs),
        Op("compare", new Comparison<Greater>(), Pairs),
        Op("compare", new Comparison<GreaterOrEqual>(), Pairs),
        Op("compare", new Comparison<And>(), Pairs),
        Op("compare", new Comparison<Or>(), Pairs),
        Op("compare", new Comparison<Xor>(), Pairs),
        Op("compare", new Where(), "b[4] x[4] x[4]"),

        Op("reduce", new Sum(1, false), "x[4,6] | x[6,4]' | x[2,3,4]'"),
        Op("reduce", new Product(1, false), "x[4,6] | x[6,4]' | x[2,3,4]'"),
        Op("reduce", new Max(1, false), "x[4,6] | x[6,4]' | x[2,3,4]'"),
        Op("reduce", new Min(1, false), "x[4,6] | x[6,4]' | x[2,3,4]'"),
        Op("reduce", new ArgMax(0), "x[4,6]"),
        Op("reduce", new ArgMin(0), "x[4,6]"),

        Op("rowwise", new Softmax(), "x[4,6] | x[2,2000]"),
        Op("rowwise", new LogSoftmax(), "x[4,6] | x[2,2000]"),
        Op("rowwise", new LogSumExp(), "x[4,6] | x[2,2000]"),
        Op("rowwise", new CrossEntropy(), "x[4,6] i[4] | x[2,2000] i[2]"),
        Op("rowwise", new Standardize(0), "x[4,6] | x[2,2000]"),
        Op("rowwise", new RootMeanSquare(0), "x[4,6] | x[2,2000]"),
        Op("rowwise", new StandardizeAffine(0), "x[4,6] x[6] x[6] | x[2,2000] x[2000] x[2000]"),
        Op("rowwise", new SoftmaxDerivative(), "x[4,6] x[4,6] | x[2,2000] x[2,2000]"),
        Op("rowwise", new LogSoftmaxDerivative(), "x[4,6] x[4,6] | x[2,2000] x[2,2000]"),
        Op("rowwise", new LogSumExpDerivative(), "x[4,1] x[4,6] x[4,1] | x[2,1] x[2,2000] x[2,1]"),
        Op("rowwise", new CrossEntropyDerivative(), "x[4,6] i[4] x[4] | x[2,2000] i[2] x[2]"),
        Op("rowwise", new StandardizeDerivative(0), "x[4,6] x[4,6] | x[2,2000] x[2,2000]"),
        Op("rowwise", new RootMeanSquareDerivative(0), "x[4,6] x[4,6] | x[2,2000] x[2,2000]"),
        Op("rowwise", new StandardizeAffineDerivative(0), "x[4,6] x[4,6] x[6] | x[2,2000] x[2,2000] x[2000]"),

        Op("matmul", new MatMul(), "x[4,6] x[6,5] | x[2,4,6] x[5,6]'"),

        Op("linalg", new Triangle(true, 0), "x[3,4] | x[2,3,3]"),
        Op("linalg", new Cholesky(), "x[3,3] | x[2,70,70]"),
        Op("linalg", new TriangularSolve(true, false, true), "x[3,3] x[3,2] | x[2,70,70] x[2,70,2]"),
        Op("linalg", new LuFactor(), "x[3,3] | x[2,70,70]"),
        Op("linalg", new SymmetricEigen(), "x[3,3] | x[2,40,40]"),
        Op("linalg", new Qr(), "x[4,3] | x[2,40,40]"),
        Op("linalg", new Svd(), "x[4,3] | x[2,40,40]"),
        Op("conv", new Convolution(ConvolutionGeometry.Create()), "x[2,3,5,5] x[6,3,3,3] | x[2,3,5,5] x[2,3,3,3] x[2]"),
        Op("conv", new ConvolutionImage(ConvolutionGeometry.Create(), 5, 5), "x[2,6,3,3] x[6,5,3,3] | x[2,6,3,3] x[6,2,3,3] x[2]"),
        Op("conv", new ConvolutionWeight(ConvolutionGeometry.Create(), 3, 3), "x[2,3,5,5] x[2,6,3,3] | x[2,3,5,5] x[2,2,3,3]"),
        Op("attention", new Attention(false, 1), "x[1,2,3,4] x[1,2,5,4] x[1,2,5,3] | x[1,2,3,4] x[1,2,5,4] x[1,2,5,3] x[1,1,3,5]"),
        Op("attention", new AttentionDerivative(false, 1), "x[1,2,3,3] x[1,2,3,4] x[1,2,5,4] x[1,2,5,3] x[1,2,3] x[1,2,3]"),
        Op("conv", new MaxPool(PoolGeometry.Create(2)), "x[2,3,4,4]"),
        Op("conv", new MaxPoolImage(PoolGeometry.Create(2), 4, 4), "x[2,3,2,2] i[2,3,2,2]"),
        Op("conv", new Resample(Resampling.Bilinear, 3, 5), "x[2,3,4,4]"),
        Op("conv", new ResampleImage(new Resample(Resampling.Bilinear, 3, 5), 4, 4), "x[2,3,3,5]"),
        Op("fourier", new ComplexFourier(1, 1, false, 1), "x[3,6,2] | x[1,1030,2] | x[2,139,2]"),
        Op("fourier", new RealFourier(1, false, 1), "x[3,6]"),
        Op("fourier", new InverseRealFourier(6, 1, true, 1), "x[3,4,2]"),

        Op("index", new Select(0), "x[5,3] i[4]"),
        Op("index", new AddAt(0, 200), "x[5,3] i[5] | x[2,3] i[2]"),
        Op("index", new TakeAlong(0), "x[5,3] i[2,3]"),
        Op("index", new AddAlong(0, 1), "x[5,3] i[5,3] | x[600,1] i[600,1]"),
        Op("index", new CopyRowsInto(2), "x[2,3] i[2] i[2] -> x[5,3] i[4]"),
        Op("index", new GatherSum(), "x[5,3] i[4,2] | x[5,3] i[4,2] x[3]"),
        Op("index", new ScatterSum(1), "x[4,3] i[4,2]"),

        Op("order", new ArgSort(false), "x[3,6] | x[2,1030]"),
        Op("order", new TopK(2, true), "x[3,6] | x[2,1030]"),
        Op("order", new SearchSorted(false), "x[5] x[3,2] | x[2,5] x[2,3]"),
        Op("order", new CumulativeSum(1, false, false), "x[3,6] | x[2,3,40]"),
        Op("order", new CumulativeProduct(1, false), "x[3,6] | x[2,3,40]"),
        Op("order", new CumulativeLogSumExp(1, false), "x[3,6] | x[2,3,40]"),
        Op("order", new CumulativeArgExtreme(1, true, false), "x[3,6]"),
        Op("order", new LinearRecurrence(1, false), "x[3,6] x[3,6] | x[2,3,40] x[2,3,40]"),
        Op("order", new PutAlong(0), "x[5,3] i[2,3] x[2,3] | b[5,3] i[2,3] b[2,3]"),
        Op("order", new ArgExtremeAlong(0, 4, true), "x[5,3] i[5,3]"),
        Op("order", new SquaredDistances(), "x[2,4,3] x[2,5,3]"),
        Op("order", new NearestNeighbours(2), "x[4,3] x[5,3]"),

        Op("segment", new SegmentOrder(3), "i[5] | i[1030]"),
        Op("segment", new SegmentSum(), "x[5,3] i[5] i[5] i[4] | x[5,40] i[5] i[5] i[4]"),
        Op("segment", new SegmentGather(), "x[3,2] i[5] i[5] i[4]"),
        Op("segment", new SegmentLogSumExp(), "x[5,3] i[5] i[5] i[4] | x[5,40] i[5] i[5] i[4]"),
        Op("segment", new SegmentSoftmax(), "x[5,3] i[5] i[5] i[4] | x[5,40] i[5] i[5] i[4]"),
        Op("segment", new SegmentLogSoftmax(), "x[5,3] i[5] i[5] i[4] | x[5,40] i[5] i[5] i[4]"),
        Op("segment", new SegmentArgExtreme(true), "x[5,3] i[5] i[5] i[4]"),

        Op("move", new Identity(), "x[4]"),
        Op("move", new Reshape([6]), "x[2,3]"),
        Op("move", new Permute([1, 0]), "x[2,3]"),
        Op("move", new Expand([4, 3]), "x[3]"),
        Op("move", new Slice(0, 1, 2, 2), "x[5]"),
        Op("move", new Embed(new Slice(0, 1, 2, 2), [5]), "x[2]"),
        Op("move", new Split(0, 2), "x[4,3]"),
        Op("move", new Concat(0), "x[2,3] x[4,3]"),
        Op("move", new Copy(), "x[4] | x[3,2]'"),
        Op("move", static type => new CopyInto([4], type), "x[4] -> x[4]"),
        Op("move", new Transfer(default, default), "x[4]"),
        Op("move", static type => new Cast(type), "f[4] | d[4] | n[4] | i[4] | b[4]"),
        Op("move", static type => new Fill([4], type, 0), ""),
        Op("move", static type => new Sequence([4], type, 0, 1), ""),

        Op("environments", new AllowedActions<Corridor>(new Corridor(4), false), "i[3,1]"),
        Op("environments", new AllowedActions<Corridor>(new Corridor(4), true), "i[3,1]"),
        Op("environments", new StepStates<Corridor>(new Corridor(4), false), "i[3,1] i[3]"),
        Op("environments", new DrawActions<Corridor>(new Corridor(4)), "i[2] i[3,1] x[3,2] f[1] x[1] | i[2] i[3,1] x[3,2] f[1] x[1] i[3]"),
        // Operands of samples are zeros, and from the source no way leads back.
        Op("environments", new StepStates<Corridor>(new Corridor(4), true), "i[0,1] i[0]"),

        Op("random", static type => new RandomFill(RandomKind.Uniform, [4], type, 0, 1), "i[2]"),
        Op("random", static type => new RandomFill(RandomKind.Normal, [4], type, 0, 1), "i[2]"),
        Op("random", static type => new RandomFill(RandomKind.Gumbel, [4], type, 0, 1), "i[2]"),
        Op("random", static type => new RandomFill(RandomKind.Integers, [4], type, 0, 4), "i[2]"),
        Op("random", static type => new RandomFill(RandomKind.Bernoulli, [4], type, 0, 1), "i[2]"),
        Op("random", new RandomPermutation(4), "i[2]"),
        Op("random", new RandomCategorical(), "i[2] x[4,6]"),
        Op("random", new RandomFromLaw<GammaLaw>(), "i[2] x[4]"),
        Op("random", new RandomFromLaw<PoissonLaw>(), "i[2] x[4]"),
        Op("random", new AdvanceRandom(1), "-> i[2]"),

        Op("update", new Pack(1, 8), "x[2,3]' x[2]"),
        Op("update", new CountStep(), "-> i[]"),
        Op("update", new ClipScale(1), "x[8]"),
        Op("update", new UpdateSgd(0, false, 0, 1), "x[8] d[] x[] -> x[8] x[8]"),
        Op("update", new UpdateAdam(0.9, 0.999, 1e-8, 0, false, 1), "x[8] d[] i[] x[] -> x[8] x[8] x[8]"),
        Op("update", new UpdateLion(0.9, 0.99, 0, 1), "x[8] d[] x[] -> x[8] x[8]"),
        Op("update", new UpdateRmsProp(0.99, 1e-8, false, 0, 0, 1), "x[8] d[] x[] -> x[8] x[8]"),
        Op("update", new UpdateAdagrad(1e-10, 0, 1), "x[8] d[] x[] -> x[8] x[8]"),
        Op("update", new UpdateAverage(AverageKind.Exponential, 0.99), "x[8] i[] -> x[8]"),
        Op("update", static type => new Exchange([4], type), "-> x[4] x[4]"),
    ];

    // Dense and strided operands take kernels of their own.
    const string One = "x[8] | x[3,2]'", Pairs = "x[8] x[8] | x[3,1] x[2]";

    static OpEntry Unary<TOp>(TOp op) where TOp : unmanaged, IUnary => Op("pointwise", new Unary<TOp>(op), One, TOp.Domain);

    static OpEntry Binary<TOp>(TOp op) where TOp : unmanaged, IBinary => Op("pointwise", new Binary<TOp>(op), Pairs, TOp.Domain);

    static OpEntry Op(string family, Op op, string operands, (double Low, double High)? domain = null) => Op(family, _ => op, operands, domain);

    static OpEntry Op(string family, Func<DType, Op> make, string operands, (double Low, double High)? domain = null)
    {
        Op op = make(DType.F32);
        return new(family, op.Name, op.GetType(), op.Saves, op.IsDifferentiable, op.Bound, domain, new OpSample(make, operands));
    }
}
