namespace Adjoint;

/// <summary>One line of the table of ops.</summary>
/// <param name="Family">Group in which the op is listed.</param>
/// <param name="Name">Name in messages.</param>
/// <param name="Type">Class of the op.</param>
/// <param name="Saves">What its derivative rules look at.</param>
/// <param name="IsDifferentiable">Whether it has derivative rules.</param>
/// <param name="Bound">What limits its speed.</param>
/// <param name="Domain">Arguments on which tests try a pointwise op.</param>
public sealed record OpEntry(string Family, string Name, Type Type, Saves Saves, bool IsDifferentiable, Bound Bound, (double Low, double High)? Domain);

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

        Op("compare", new Comparison<Equal>()),
        Op("compare", new Comparison<NotEqual>()),
        Op("compare", new Comparison<Less>()),
        Op("compare", new Comparison<LessOrEqual>()),
        Op("compare", new Comparison<Greater>()),
        Op("compare", new Comparison<GreaterOrEqual>()),
        Op("compare", new Comparison<And>()),
        Op("compare", new Comparison<Or>()),
        Op("compare", new Comparison<Xor>()),
        Op("compare", new Where()),

        Op("reduce", new Sum(1, false)),
        Op("reduce", new Product(1, false)),
        Op("reduce", new Max(1, false)),
        Op("reduce", new Min(1, false)),
        Op("reduce", new ArgMax(0)),
        Op("reduce", new ArgMin(0)),

        Op("rowwise", new Softmax()),
        Op("rowwise", new LogSoftmax()),
        Op("rowwise", new LogSumExp()),
        Op("rowwise", new CrossEntropy()),
        Op("rowwise", new Standardize(0)),
        Op("rowwise", new RootMeanSquare(0)),
        Op("rowwise", new StandardizeAffine(0)),
        Op("rowwise", new SoftmaxDerivative()),
        Op("rowwise", new LogSoftmaxDerivative()),
        Op("rowwise", new LogSumExpDerivative()),
        Op("rowwise", new CrossEntropyDerivative()),
        Op("rowwise", new StandardizeDerivative(0)),
        Op("rowwise", new RootMeanSquareDerivative(0)),
        Op("rowwise", new StandardizeAffineDerivative(0)),

        Op("matmul", new MatMul()),

        Op("index", new Select(0)),
        Op("index", new AddAt(0, 1)),
        Op("index", new TakeAlong(0)),
        Op("index", new AddAlong(0, 1)),
        Op("index", new GatherSum()),
        Op("index", new ScatterSum(1)),

        Op("move", new Identity()),
        Op("move", new Reshape(Shape.Scalar)),
        Op("move", new Permute(Shape.Scalar)),
        Op("move", new Expand(Shape.Scalar)),
        Op("move", new Slice(0, 0, 0, 1)),
        Op("move", new Embed(new Slice(0, 0, 0, 1), Shape.Scalar)),
        Op("move", new Concat(0)),
        Op("move", new Copy()),
        Op("move", new CopyInto(Shape.Scalar, DType.F32)),
        Op("move", new Transfer(default, default)),
        Op("move", new Cast(DType.F32)),
        Op("move", new Fill(Shape.Scalar, DType.F32, 0)),
        Op("move", new Sequence(Shape.Scalar, DType.F32, 0, 1)),

        Op("random", new RandomFill(RandomKind.Uniform, Shape.Scalar, DType.F32, 0, 0)),
        Op("random", new RandomFill(RandomKind.Normal, Shape.Scalar, DType.F32, 0, 0)),
        Op("random", new RandomFill(RandomKind.Gumbel, Shape.Scalar, DType.F32, 0, 0)),
        Op("random", new RandomFill(RandomKind.Integers, Shape.Scalar, DType.F32, 0, 0)),
        Op("random", new RandomFill(RandomKind.Bernoulli, Shape.Scalar, DType.F32, 0, 0)),
        Op("random", new RandomPermutation(0)),
        Op("random", new RandomCategorical()),
        Op("random", new AdvanceRandom(0)),

        Op("update", new Pack(1, 0)),
        Op("update", new CountStep()),
        Op("update", new ClipScale(1)),
        Op("update", new UpdateSgd(0, false, 0, 1)),
        Op("update", new UpdateAdam(0.9, 0.999, 1e-8, 0, false, 1)),
        Op("update", new UpdateAverage(AverageKind.Exponential, 0.99)),
        Op("update", new Exchange(Shape.Scalar, DType.F32)),
    ];

    static OpEntry Unary<TOp>(TOp op) where TOp : unmanaged, IUnary => Op("pointwise", new Unary<TOp>(op), TOp.Domain);

    static OpEntry Binary<TOp>(TOp op) where TOp : unmanaged, IBinary => Op("pointwise", new Binary<TOp>(op), TOp.Domain);

    static OpEntry Op(string family, Op op, (double Low, double High)? domain = null) =>
        new(family, op.Name, op.GetType(), op.Saves, op.IsDifferentiable, op.Bound, domain);
}
