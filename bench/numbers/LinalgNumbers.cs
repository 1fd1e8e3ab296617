namespace Adjoint.Bench;

/// <summary>Decompositions and systems, at the sizes of Gaussian processes, causal models and optimisation layers.</summary>
static class LinalgNumbers
{
    const int Size = 500;
    const double Cube = (double)Size * Size * Size;
    const long Square = (long)Size * Size;

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        new($"cholesky {Size} f32", Cube / 3, 8 * Square, static () => Of(DType.F32, [Size, Size], static a => a.Cholesky())),
        new($"cholesky {Size} f64", Cube / 3, 16 * Square, static () => Of(DType.F64, [Size, Size], static a => a.Cholesky())),
        new("cholesky 1024 x 20 x 20 f32", 1024 * 8000.0 / 3, 8L * 1024 * 400, static () => Of(DType.F32, [1024, 20, 20], static a => a.Cholesky())),
        new("cholesky 20000 x 20 x 20 f64", 20000 * 8000.0 / 3, 16L * 20000 * 400, static () => Of(DType.F64, [20000, 20, 20], static a => a.Cholesky())),
        new("triangular solve 640, 11565 sides f64", 640.0 * 640 * 11565, 16L * 640 * 11565, Triangular),
        new($"solve {Size} f64", 2 * Cube / 3, 16 * Square, static () => Of(DType.F64, [Size, Size], static a => a.Solve(a.Slice(1, 0, 1)))),
        new($"symmetric eigen {Size} f64", 9 * Cube, 16 * Square, static () => Of(DType.F64, [Size, Size], static a => a.SymmetricEigen().Vectors)),
        new("symmetric eigen 500 x 20 x 20 f64", 500 * 9 * 8000.0, 16L * 500 * 400, static () => Of(DType.F64, [500, 20, 20], static a => a.SymmetricEigen().Vectors)),
        new("qr 1000 x 200 f64", 4.0 * 1000 * 200 * 200, 16L * 1000 * 200, static () => Plan(DType.F64, [1000, 200], static a => a.Qr().Q)),
        new("svd 151 x 151 f64", 14.0 * 151 * 151 * 151, 16L * 151 * 151, static () => Plan(DType.F64, [151, 151], static a => a.Svd().U)),
    ];

    static Plan Plan(DType type, Shape shape, Func<Tensor, Tensor> f)
    {
        Tensor x = new Generator(Key.FromSeed(0)).Normal(shape, dtype: type).Keep();
        return Adjoint.Plan.Record(() => f(x));
    }

    // A positive definite matrix.
    static Plan Of(DType type, Shape shape, Func<Tensor, Tensor> f)
    {
        Tensor x = new Generator(Key.FromSeed(0)).Normal(shape, dtype: type);
        Tensor a = (x.MatMul(x.Transpose()) + Tensor.Eye(shape[-1], type)).Keep();
        return Adjoint.Plan.Record(() => f(a));
    }

    static Plan Triangular()
    {
        var generator = new Generator(Key.FromSeed(0));
        Tensor a = (generator.Normal([640, 640], dtype: DType.F64) + (Tensor.Eye(640, DType.F64) * 100)).Keep(), b = generator.Normal([640, 11565], dtype: DType.F64).Keep();
        return Adjoint.Plan.Record(() => a.SolveTriangular(b));
    }
}
