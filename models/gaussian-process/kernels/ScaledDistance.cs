namespace Adjoint.Models.GaussianProcesses;

/// <summary>Squared distances Σ ((x_k - y_k)/ℓ_k)² of all pairs of rows.</summary>
static class ScaledDistance
{
    /// <summary>Squared distances [n, m], not below 0; exactly 0 from a row of one set to itself.</summary>
    public static Tensor Squared(Tensor x, Tensor y, Tensor lengths)
    {
        int width = x.Shape[1];
        if (lengths.Count != 1 && lengths.Count != width)
            throw new ShapeException($"The kernel has {lengths.Count} length scales, and rows {x.Shape} have {width} features. Give one length scale for all features, or one for each.");
        if (y.Shape[1] != width) throw new ShapeException($"The kernel compares rows {x.Shape} with rows {y.Shape} of another width. Pass two sets of vectors of one width.");

        // Wide rows are compared by products, which lose less when the rows lie about 0.
        Tensor centre = x.Detach().Mean(0), a = (x - centre) / lengths;
        if (!ReferenceEquals(x, y)) return a.PairwiseSquaredDistances((y - centre) / lengths);
        Tensor squares = a.PairwiseSquaredDistances(a);
        return TensorMath.Where(Tensor.Eye(x.Shape[0], DType.Bool), squares.ZerosLike(), squares);
    }
}
