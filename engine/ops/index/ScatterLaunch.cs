namespace Adjoint;

/// <summary>Additions at indexed places on a device.</summary>
static class ScatterLaunch
{
    // Up to this many places for each index, a warp a place reads all indices sooner than a thread a column adds one after another.
    const int PlacesPerIndex = 64;

    static readonly TypedKernels AtPlaces = new("index_add_at_places"), AtColumns = new("index_add_at_columns");

    /// <summary>y = 0, then y[o, indices[j], i] += x[o, j / hot, i], for x [outer, indices / hot, inner] and y [outer, size, inner].</summary>
    public static void AddAt(LaunchQueue queue, Tensor x, Tensor indices, Tensor y, int outer, int size, int inner, int hot)
    {
        Fill.Launch(queue, y, 0);
        if (indices.Count == 0 || y.Count == 0) return;
        long warps = (long)outer * size * ((inner + 31) / 32);
        bool byPlace = queue.HasWarps && size <= (long)PlacesPerIndex * indices.Count;
        KernelCall call = byPlace ? queue.Call(AtPlaces.Of(y.DType), warps * 32) : queue.Call(AtColumns.Of(y.DType), (long)outer * inner);
        call.Dense(x).Dense(indices).Dense(y).Value(outer).Value(size).Value(inner).Value(indices.Count).Value(hot).Run();
    }
}
