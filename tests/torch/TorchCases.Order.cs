namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Order => new()
    {
        ["sort"] = x => x[0].Sort(),
        ["sort_descending_axis_0"] = x => x[0].Sort(0, descending: true),
        ["argsort"] = x => x[0].ArgSort(),
        ["argsort_ties"] = x => x[0].ArgSort(),
        ["argsort_ties_descending"] = x => x[0].ArgSort(descending: true),
        ["argsort_integers"] = x => x[0].ArgSort(),
        ["top_k"] = x => x[0].TopK(2).Values,
        ["top_k_smallest_axis_0"] = x => x[0].TopK(3, 0, largest: false).Values,
        ["top_k_indices"] = x => x[0].TopK(3).Indices,
        ["quantile"] = x => x[0].Quantile(0.3, 1),
        ["quantile_axis_0"] = x => x[0].Quantile(0.9, 0, keepAxis: true),
        ["median_even"] = x => x[0].Median(),
        ["median_odd"] = x => x[0].Median(),

        ["cumsum"] = x => x[0].CumulativeSum(),
        ["cumsum_axis_0"] = x => x[0].CumulativeSum(0),
        ["cumsum_reverse"] = x => x[0].CumulativeSum(reverse: true),
        ["cumsum_integers"] = x => x[0].CumulativeSum(),
        ["cumprod"] = x => x[0].CumulativeProduct(),
        ["cumprod_zero"] = x => x[0].CumulativeProduct(),
        ["cumprod_two_zeros"] = x => x[0].CumulativeProduct(),
        ["logcumsumexp"] = x => x[0].CumulativeLogSumExp(),
        ["logcumsumexp_far"] = x => x[0].CumulativeLogSumExp(),
        ["cummax"] = x => x[0].CumulativeMax().Values,
        ["cummax_indices"] = x => x[0].CumulativeMax().Indices,
        ["cummin_axis_0"] = x => x[0].CumulativeMin(0).Values,

        ["segment_sum"] = x => x[0].SegmentSum(SegmentIndex.From(x[1], 5)),
        ["segment_mean"] = x => x[0].SegmentMean(SegmentIndex.From(x[1], 5)),
        ["segment_max"] = x => OrZero(x[0].SegmentMax(SegmentIndex.From(x[1], 5))),
        ["segment_min"] = x => OrZero(x[0].SegmentMin(SegmentIndex.From(x[1], 5))),
        ["segment_softmax"] = x => x[0].SegmentSoftmax(SegmentIndex.From(x[1], 5)),
        ["segment_log_softmax"] = x => x[0].SegmentLogSoftmax(SegmentIndex.From(x[1], 5)),
        ["segment_gather"] = x => x[0].SegmentGather(SegmentIndex.From(x[1], 5)),
        ["scatter_reduce_sum"] = x => x[0].AddAlong(1, x[1], 4),
        ["scatter_reduce_mean"] = x => x[0].MeanAlong(1, x[1], 4),
        ["scatter_reduce_amax"] = x => Clipped(x[0].MaxAlong(0, x[1], 3)),
        ["scatter_reduce_amin"] = x => Clipped(x[0].MinAlong(0, x[1], 3)),
        ["put_along"] = x => x[0].PutAlong(1, x[1], x[2]),
        ["put_at"] = x => x[0].PutAt(0, x[1], x[2]),
        ["masked_fill"] = x => x[0].MaskedFill(x[0].Greater(0), 7),

        ["bincount"] = x => x[0].BinCount(6),
        ["bincount_weights"] = x => x[0].BinCount(5, x[1]),
        ["searchsorted"] = x => x[0].SearchSorted(x[1]),
        ["searchsorted_right"] = x => x[0].SearchSorted(x[1], right: true),
        ["searchsorted_rows"] = x => x[0].Sort().SearchSorted(x[1]),
        ["histogram"] = x => x[0].Histogram(4, -1, 1),

        ["squared_distances"] = x => x[0].PairwiseSquaredDistances(x[1]),
        ["squared_distances_product"] = x => x[0].PairwiseSquaredDistances(x[1], exact: false),
        ["distances"] = x => x[0].PairwiseDistances(x[1]),
        ["nearest"] = x => x[0].NearestNeighbours(x[1], 2).Indices,
    };

    // Torch leaves segments without rows at what it scatters into.
    static Tensor OrZero(Tensor x) => x.MaskedFill(x.Abs().Equal(double.PositiveInfinity), 0);

    static Tensor Clipped(Tensor x) => x.MaskedFill(x.Equal(double.NegativeInfinity), -9).MaskedFill(x.Equal(double.PositiveInfinity), 9);
}
