using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The tanh approximation of gelu: x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
public readonly record struct GeluTanh : IUnary
{
    const double Root = 0.79788456080286535587989211986876;
    const double Cubic = 0.044715;

    public static string Name => "gelu_tanh";

    public V Apply<V>(V x) where V : struct, ILane<V>
    {
        V inner = V.From(Root) * V.MultiplyAdd(V.From(Cubic) * x, x * x, x);
        return V.From(0.5) * x * (V.From(1) + Elementary.Tanh(inner));
    }

    public Tensor? Derive(Tensor t, Saved saved)
    {
        Tensor x = saved.X, square = x.Square();
        Tensor tanh = (x * square.Affine(Root * Cubic, Root)).Tanh();
        Tensor inner = square.Affine(3 * Root * Cubic, Root);
        return t * (tanh.Affine(0.5, 0.5) + (x.Affine(0.5, 0) * tanh.Square().Affine(-1, 1) * inner));
    }
}

public static partial class TensorMath
{
    /// <summary>The tanh approximation of gelu: x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    public static Tensor GeluTanh(this Tensor x) => Dispatch.Unary<GeluTanh>(x);
}
