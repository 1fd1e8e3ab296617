namespace Adjoint.Bench;

/// <summary>Sorting, scans, segments, searches and distances.</summary>
static class OrderNumbers
{
    const int Million = 1 << 20, Edges = 80_000, Width = 256, Nodes = 943;

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        new("sort 1048576", 0, 8L * Million, static () => Plan.Record(Keeping(Normal(Million), static x => x.Sort()))),
        new("argsort 1024x1024", 0, 12L * Million, static () => Plan.Record(Keeping(Normal(1024, 1024), static x => x.ArgSort()))),
        new("top 5 of 1024x8192", 0, 32L * Million, static () => Plan.Record(Keeping(Normal(1024, 8192), static x => x.TopK(5).Indices))),
        new("cumulative sum 1024x1024 rows", Million, 8L * Million, static () => Plan.Record(Keeping(Normal(1024, 1024), static x => x.CumulativeSum()))),
        new("cumulative sum 1024x1024 columns", Million, 8L * Million, static () => Plan.Record(Keeping(Normal(1024, 1024), static x => x.CumulativeSum(0)))),
        new("cumulative logsumexp 1024x1024 rows", 40.0 * Million, 8L * Million, static () => Plan.Record(Keeping(Normal(1024, 1024), static x => x.CumulativeLogSumExp()))),
        new("segment index 80000 in 943", 0, 24L * Edges, static () => Plan.Record(Keeping(Ids(false), static ids => SegmentIndex.From(ids, Nodes).Order))),
        new("segment sum 80000x256 in 943", 0, 4L * Edges * Width, static () => Segments(false, static (x, index) => x.SegmentSum(index))),
        new("segment sum 80000x256 in 943 sorted", 0, 4L * Edges * Width, static () => Segments(true, static (x, index) => x.SegmentSum(index))),
        new("segment gather 943x256 to 80000", 0, 4L * Edges * Width, static () => Segments(false, static (x, index) => x.Slice(0, 0, Nodes).SegmentGather(index))),
        new("segment softmax 80000x8 in 943", 20.0 * Edges * 8, 8L * Edges * 8, static () => Segments(false, static (x, index) => x.SegmentSoftmax(index), 8)),
        new("segment softmax 80000 in 943", 20.0 * Edges, 8L * Edges, static () => Segments(false, static (x, index) => x.SegmentSoftmax(index), 1)),
        new("segment max 80000x256 in 943", 0, 4L * Edges * Width, static () => Segments(false, static (x, index) => x.SegmentMax(index))),
        new("nearest 10 of 10000x16 in 10000", 3e8 * 16, 0, static () => Plan.Record(Keeping(Normal(10_000, 16), static x => x.NearestNeighbours(x, 10).Indices))),
        new("squared distances 5000x5000x64", 2.0 * 5000 * 5000 * 66, 4L * 5000 * 5000, static () => Plan.Record(Keeping(Normal(5000, 64), static x => x.PairwiseSquaredDistances(x)))),
        new("squared distances 5000x5000x16 exact", 3.0 * 5000 * 5000 * 16, 4L * 5000 * 5000, static () => Plan.Record(Keeping(Normal(5000, 16), static x => x.PairwiseSquaredDistances(x, exact: true)))),
        new("search 1048576 in 1000", 0, 12L * Million, static () =>
        {
            Tensor sorted = Normal(1000).Sort().Keep();
            return Plan.Record(Keeping(Normal(Million), x => sorted.SearchSorted(x)));
        }),
    ];

    static Func<Tensor> Keeping(Tensor x, Func<Tensor, Tensor> op)
    {
        Tensor kept = x.Keep();
        return () => op(kept);
    }

    static Tensor Normal(params int[] shape) => new Generator(Key.FromSeed(0)).Normal(Shape.Create(shape));

    static Tensor Ids(bool sorted)
    {
        Tensor ids = new Generator(Key.FromSeed(1)).Integers([Edges], 0, Nodes);
        return sorted ? ids.Sort() : ids;
    }

    static Plan Segments(bool sorted, Func<Tensor, SegmentIndex, Tensor> op, int width = Width)
    {
        SegmentIndex index = SegmentIndex.From(Ids(sorted), Nodes).Keep();
        return Plan.Record(Keeping(Normal(Edges, width), x => op(x, index)));
    }
}
