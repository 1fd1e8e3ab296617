namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>For each index (i64, any shape) a row of <paramref name="classes"/> numbers with a one at the index; an index out of range gives a row of zeros.</summary>
    public static Tensor OneHot(this Tensor indices, int classes, DType dtype = DType.F32)
    {
        Require.Type("one_hot", "the indices", indices, DType.I64);
        return indices.Unsqueeze(-1).Equal(Tensor.Range(classes, device: indices.Device)).To(dtype);
    }
}
