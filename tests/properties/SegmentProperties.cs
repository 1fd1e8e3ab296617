using Adjoint.Tests.Ops;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Folds over segments on random ids, empty segments among them. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class SegmentProperties
{
    static readonly Gen<(int[] Ids, int Segments, int Columns, int Seed)> Data =
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 60]).SelectMany((segments, rows) =>
            Gen.Select(Gen.Int[0, segments - 1].Array[rows], Gen.Int[1, 40], Gen.Int[0, 1000], (ids, columns, seed) => (ids, segments, columns, seed)));

    static Tensor Ids(int[] ids) => Tensor.From(Array.ConvertAll(ids, id => (long)id), [ids.Length]);

    static Tensor Draw(int rows, int columns, int seed, DType type = DType.F64) => new Generator(Key.FromSeed(seed)).Normal([rows, columns], type);

    static double[] Loop(int[] ids, int segments, int columns, double[] x, double start, Func<double, double, double> fold)
    {
        double[] result = [.. Enumerable.Repeat(start, segments * columns)];
        for (int row = 0; row < ids.Length; row++)
        {
            for (int i = 0; i < columns; i++) result[(ids[row] * columns) + i] = fold(result[(ids[row] * columns) + i], x[(row * columns) + i]);
        }

        return result;
    }

    [Test]
    public void Sums_and_extremes_are_those_of_a_loop_to_the_bit() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed);
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        double[] own = x.Read<double>();
        return x.SegmentSum(index).Read<double>().SequenceEqual(Loop(ids, segments, columns, own, 0, (a, b) => a + b))
            && x.SegmentSum(index).Read<double>().SequenceEqual(x.AddAt(0, Ids(ids), segments).Read<double>())
            && x.SegmentMax(index).Read<double>().SequenceEqual(Loop(ids, segments, columns, own, double.NegativeInfinity, Math.Max))
            && x.SegmentMin(index).Read<double>().SequenceEqual(Loop(ids, segments, columns, own, double.PositiveInfinity, Math.Min));
    });

    [Test]
    public void Lengths_are_counts_and_means_are_sums_through_them() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed);
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        long[] lengths = index.Lengths.Read<long>();
        double[] sums = (x.SegmentMean(index) * index.Lengths.To(DType.F64).Unsqueeze(-1)).Read<double>();
        return lengths.Select((length, s) => length == ids.Count(id => id == s)).All(holds => holds)
            && FiniteDifference.RelativeError(sums, x.SegmentSum(index).Read<double>()) < 1e-13;
    });

    [Test]
    public void Softmax_sums_to_one_within_each_segment_and_is_the_power_of_its_logarithm() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed) * 30;
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        Tensor softmax = x.SegmentSoftmax(index);
        double[] sums = softmax.SegmentSum(index).Read<double>();
        bool[] isFull = [.. Enumerable.Range(0, segments).Select(ids.Contains)];
        return sums.Select((sum, place) => Math.Abs(sum - (isFull[place / columns] ? 1 : 0)) < 1e-13).All(holds => holds)
            && FiniteDifference.RelativeError(x.SegmentLogSoftmax(index).Exp().Read<double>(), softmax.Read<double>()) < 1e-13;
    });

    [Test]
    public void One_segment_is_a_row_wise_op_along_the_first_axis() => Gen.Select(Gen.Int[1, 50], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample((rows, columns, seed) =>
    {
        Tensor x = Draw(rows, columns, seed) * 5;
        SegmentIndex index = SegmentIndex.From(Tensor.Zeros([rows], DType.I64), 1);
        return FiniteDifference.RelativeError(x.SegmentSoftmax(index).Read<double>(), OpCase.Read(x.Softmax(0))) < 1e-13
            && FiniteDifference.RelativeError(x.SegmentLogSumExp(index).Read<double>(), OpCase.Read(x.LogSumExp(0))) < 1e-13;
    });

    [Test]
    public void A_permutation_of_the_rows_changes_sums_by_rounding_only_and_permutes_the_softmax() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed), order = new Generator(Key.FromSeed(seed + 1)).Permutation(ids.Length), moved = x.Select(0, order);
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments), other = SegmentIndex.From(Ids(ids).Select(0, order), segments);
        return FiniteDifference.RelativeError(moved.SegmentSum(other).Read<double>(), x.SegmentSum(index).Read<double>()) < 1e-12
            && FiniteDifference.RelativeError(moved.SegmentSoftmax(other).Read<double>(), x.SegmentSoftmax(index).Select(0, order).Read<double>()) < 1e-12;
    });

    [Test]
    public void A_gather_is_the_transpose_of_a_sum_and_a_selection_at_the_ids() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed), y = Draw(segments, columns, seed + 1);
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        double left = (x.SegmentSum(index) * y).Sum().Item(), right = (x * y.SegmentGather(index)).Sum().Item();
        return Math.Abs(left - right) <= 1e-11 * Math.Max(1, Math.Abs(left)) && y.SegmentGather(index).Read<double>().SequenceEqual(y.Select(0, Ids(ids)).Read<double>());
    });

    [Test]
    public void Gradients_of_a_logsumexp_are_the_softmax() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        Tensor x = Draw(ids.Length, columns, seed).Variable();
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        Tensor[] gradient = Autodiff.Vjp([x.SegmentLogSumExp(index)], [x], [Tensor.Ones([segments, columns], DType.F64)]);
        return FiniteDifference.RelativeError(gradient[0].Read<double>(), x.Detach().SegmentSoftmax(index).Read<double>()) < 1e-12;
    });

    [Test]
    public void Adding_a_number_to_a_segment_moves_its_logsumexp_and_leaves_its_softmax() => Data.Sample(data =>
    {
        var (ids, segments, columns, seed) = data;
        if (ids.Length == 0) return true;
        SegmentIndex index = SegmentIndex.From(Ids(ids), segments);
        Tensor x = Draw(ids.Length, columns, seed), added = Draw(segments, columns, seed + 1) * 100, moved = x + added.SegmentGather(index);
        Tensor full = index.Lengths.Greater(0).To(DType.F64).Unsqueeze(-1);
        Tensor before = x.SegmentLogSumExp(index).Clamp(-1e9, 1e9), after = moved.SegmentLogSumExp(index).Clamp(-1e9, 1e9);
        return FiniteDifference.RelativeError(moved.SegmentSoftmax(index).Read<double>(), x.SegmentSoftmax(index).Read<double>()) < 1e-12
            && FiniteDifference.RelativeError(((after - added) * full).Read<double>(), (before * full).Read<double>()) < 1e-12;
    });

    [Test]
    public void An_id_outside_is_an_error_that_names_it()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => SegmentIndex.From(Ids([0, 3, 1]), 3));
        Assert.That(error.Message, Does.Contain("ids[1] = 3"));
    }
}
