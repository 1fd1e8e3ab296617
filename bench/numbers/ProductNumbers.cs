namespace Adjoint.Bench;

/// <summary>Products, as the measure of the others: what the machine reaches on a task that suits it.</summary>
static class ProductNumbers
{
    const int Size = 500;

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        new($"matmul {Size} f32", 2.0 * Size * Size * Size, 12L * Size * Size, static () => Square(DType.F32)),
        new($"matmul {Size} f64", 2.0 * Size * Size * Size, 24L * Size * Size, static () => Square(DType.F64)),
    ];

    static Plan Square(DType type)
    {
        Tensor x = new Generator(Key.FromSeed(0)).Normal([Size, Size], dtype: type).Keep();
        return Plan.Record(() => x.MatMul(x));
    }
}
