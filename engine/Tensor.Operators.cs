namespace Adjoint;

public sealed partial class Tensor
{
    public static Tensor operator +(Tensor x, Tensor y) => x.Add(y);

    public static Tensor operator +(Tensor x, double y) => x.Affine(1, y);

    public static Tensor operator +(double x, Tensor y) => y.Affine(1, x);

    public static Tensor operator -(Tensor x, Tensor y) => x.Subtract(y);

    public static Tensor operator -(Tensor x, double y) => x.Affine(1, -y);

    public static Tensor operator -(double x, Tensor y) => y.Affine(-1, x);

    public static Tensor operator -(Tensor x) => x.Negate();

    public static Tensor operator *(Tensor x, Tensor y) => x.Multiply(y);

    public static Tensor operator *(Tensor x, double y) => x.Affine(y, 0);

    public static Tensor operator *(double x, Tensor y) => y.Affine(x, 0);

    public static Tensor operator /(Tensor x, Tensor y) => x.Divide(y);

    public static Tensor operator /(Tensor x, double y) => x.Affine(1 / y, 0);

    public static Tensor operator /(double x, Tensor y) => y.Reciprocal().Affine(x, 0);

    /// <summary>Element or sub-tensor at leading indices; negative indices count from the end. A view.</summary>
    [System.Runtime.CompilerServices.IndexerName("Element")]
    public Tensor this[params ReadOnlySpan<int> indices]
    {
        get
        {
            Tensor result = this;
            foreach (int index in indices) result = result.At(0, index);
            return result;
        }
    }
}
