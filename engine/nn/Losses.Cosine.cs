namespace Adjoint;

public static partial class Losses
{
    /// <summary>Σ x·y / (max(|x|, ε)·max(|y|, ε)) along an axis; x and y broadcast. Derivatives by a vector shorter than ε stay finite.</summary>
    /// <exception cref="SettingException">ε is not above 0.</exception>
    public static Tensor CosineSimilarity(Tensor x, Tensor y, int axis = -1, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);

        // Its square must be a number of both dtypes.
        Check.InRange(epsilon, 1e-18, double.MaxValue, "CosineSimilarity epsilon");
        Tensor Inverse(Tensor vectors) => vectors.Square().Sum(axis).Clamp(epsilon * epsilon, double.PositiveInfinity).Rsqrt();
        return (x * y).Sum(axis) * Inverse(x) * Inverse(y);
    }

    /// <summary>Mean of 1 - cos(x, y) where the label is 1 and of max(0, cos(x, y) - margin) where it is -1, for rows x, y [..., size] and labels [...] of their dtype.</summary>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor CosineEmbedding(Tensor x, Tensor y, Tensor labels, double margin = 0)
    {
        SameShape("CosineEmbedding", x, y);
        ArgumentNullException.ThrowIfNull(labels);
        Tensor cosine = CosineSimilarity(x, y);
        SameShape("CosineEmbedding", cosine, labels);
        return TensorMath.Where(labels.Greater(0), 1 - cosine, (cosine - margin).Relu()).Mean();
    }
}
