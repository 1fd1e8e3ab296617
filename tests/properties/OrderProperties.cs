using Adjoint.Tests.Ops;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Sorting, scans, searches and distances on random data, with ties, NaN, infinities and both zeros among them. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class OrderProperties
{
    static readonly Gen<double> Any = Gen.OneOf(
        Gen.Int[-3, 3].Select(x => (double)x), Gen.Double[-10, 10], Gen.Const(double.NaN), Gen.Const(-0.0), Gen.Const(double.PositiveInfinity), Gen.Const(double.NegativeInfinity));

    static readonly Gen<double> Finite = Gen.OneOf(Gen.Int[-3, 3].Select(x => (double)x), Gen.Double[-2, 2]);

    static Tensor Of(double[] numbers, bool isDouble) => isDouble ? Tensor.From(numbers, [numbers.Length]) : Tensor.From(Array.ConvertAll(numbers, x => (float)x), [numbers.Length]);

    [Test]
    public void A_sort_is_the_stable_order_of_Linq_with_NaN_last() =>
        Gen.Select(Any.Array[0, 200], Gen.Bool, Gen.Bool).Sample((numbers, isDouble, descending) =>
        {
            Tensor x = Of(numbers, isDouble);
            double[] own = OpCase.Read(x);
            IOrderedEnumerable<int> places = Enumerable.Range(0, own.Length).OrderBy(i => double.IsNaN(own[i]));
            long[] expected = [.. (descending ? places.ThenByDescending(i => own[i]) : places.ThenBy(i => own[i])).Select(i => (long)i)];
            return x.ArgSort(descending: descending).Read<long>().SequenceEqual(expected)
                && OpCase.Read(x.Sort(descending: descending)).SequenceEqual(expected.Select(i => own[i]));
        });

    [Test]
    public void Integers_sort_as_Linq_sorts_them_to_the_ends_of_their_range() =>
        Gen.Long.Array[0, 300].Sample(numbers => Tensor.From(numbers, [numbers.Length]).Sort().Read<long>().SequenceEqual(numbers.Order())
            && Tensor.From(Array.ConvertAll(numbers, x => (int)x), [numbers.Length]).Sort(descending: true).Read<int>().SequenceEqual(numbers.Select(x => (int)x).OrderDescending()));

    [Test]
    public void The_first_k_are_a_prefix_of_the_order() =>
        Gen.Select(Any.Array[1, 600], Gen.Int[0, 150], Gen.Bool, Gen.Bool).Sample((numbers, most, isDouble, largest) =>
        {
            Tensor x = Of(numbers, isDouble);
            int k = Math.Min(most, numbers.Length);
            return x.TopK(k, largest: largest).Indices.Read<long>().SequenceEqual(x.ArgSort(descending: largest).Read<long>().Take(k));
        });

    [Test]
    public void An_order_and_its_inverse_undo_each_other() =>
        Gen.Select(Finite.Array[1, 100], Gen.Int[1, 3]).Sample((numbers, rows) =>
        {
            Tensor x = Of(numbers, true).Expand([rows, numbers.Length]), order = x.ArgSort();
            return x.Sort().TakeAlong(-1, order.InversePermutation()).Read<double>().SequenceEqual(x.Contiguous().Read<double>());
        });

    [Test]
    public void A_quantile_lies_between_and_rises_and_the_median_splits() =>
        Gen.Select(Finite.Array[1, 60], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((numbers, a, b) =>
        {
            Tensor x = Of(numbers, true);
            double low = x.Quantile(Math.Min(a, b)).Item(), high = x.Quantile(Math.Max(a, b)).Item(), median = x.Median().Item();
            return numbers.Min() <= low && low <= high + 1e-12 && high <= numbers.Max() + 1e-12
                && numbers.Count(one => one < median - 1e-12) <= numbers.Length / 2 && numbers.Count(one => one > median + 1e-12) <= numbers.Length / 2;
        });

    [Test]
    public void Running_sums_are_those_of_a_loop_and_run_back_on_the_flipped_line() =>
        Gen.Select(Finite.Array[1, 120], Gen.Int[1, 3]).Sample((numbers, inner) =>
        {
            Tensor x = Of(numbers, true).Unsqueeze(-1).Expand([numbers.Length, inner]);
            double sum = 0;
            double[] expected = [.. numbers.Select(one => sum += one)], found = x.CumulativeSum(0).At(1, inner - 1).Read<double>();
            double[] back = OpCase.Read(x.CumulativeSum(0, reverse: true)), flipped = OpCase.Read(x.Flip(0).CumulativeSum(0).Flip(0));
            double[] without = OpCase.Read(x.CumulativeSum(0, exclusive: true) + x);
            return found.SequenceEqual(expected) && back.SequenceEqual(flipped) && FiniteDifference.RelativeError(without, OpCase.Read(x.CumulativeSum(0))) < 1e-12
                && Math.Abs(found[^1] - x.At(1, 0).Sum().Item()) < 1e-10;
        });

    [Test]
    public void Derivatives_of_running_products_are_right_where_numbers_are_zero() =>
        Gen.Select(Gen.OneOf(Gen.Const(0.0), Gen.Double[-1.5, 1.5]).Array[1, 9], Gen.Bool).Sample((numbers, reverse) =>
        {
            double[] weights = [.. Enumerable.Range(1, numbers.Length).Select(i => Math.Sin(i))];
            Tensor x = Of(numbers, true).Variable(), w = Of(weights, true);
            double[] gradient = Autodiff.Gradient((x.CumulativeProduct(reverse: reverse) * w).Sum(), x).Read<double>();
            double[] differences = [.. Enumerable.Range(0, numbers.Length).Select(i => FiniteDifference.Derivative(h =>
            {
                var moved = (double[])numbers.Clone();
                moved[i] += h;
                return [(Of(moved, true).CumulativeProduct(reverse: reverse) * w).Sum().Item()];
            })[0])];
            return FiniteDifference.RelativeError(gradient, differences) < 1e-7;
        });

    [Test]
    public void A_running_logsumexp_is_that_of_each_prefix_and_a_running_maximum_bounds_it() =>
        Gen.Double[-50, 50].Array[1, 40].Sample(numbers =>
        {
            Tensor x = Of(numbers, true);
            double[] found = x.CumulativeLogSumExp().Read<double>(), largest = x.CumulativeMax().Values.Read<double>();
            double[] expected = [.. Enumerable.Range(1, numbers.Length).Select(count => x.Slice(0, 0, count).LogSumExp().Item())];

            // A logarithm of a sum near one is small, and has the rounding of that sum.
            double bound = 1e-13 * (1 + numbers.Max(Math.Abs));
            return found.Zip(expected, (a, b) => Math.Abs(a - b) <= bound).All(holds => holds)
                && found.Zip(largest, (a, b) => (a, b)).Select((pair, i) => pair.a >= pair.b - 1e-12 && pair.a <= pair.b + Math.Log(i + 1) + 1e-12).All(holds => holds);
        });

    [Test]
    public void A_recurrence_with_factors_of_one_is_a_sum_and_with_one_addend_a_product() =>
        Gen.Double[-1.5, 1.5].Array[1, 30].Sample(numbers =>
        {
            Tensor x = Of(numbers, true), first = Tensor.Ones([1], DType.F64).Pad(0, 0, numbers.Length - 1);
            double[] factors = [1, .. numbers[1..]];
            return x.OnesLike().LinearRecurrence(x).Read<double>().SequenceEqual(x.CumulativeSum().Read<double>())
                && FiniteDifference.RelativeError(x.LinearRecurrence(first).Read<double>(), Of(factors, true).CumulativeProduct().Read<double>()) < 1e-12;
        });

    [Test]
    public void A_search_counts_what_lies_below() =>
        Gen.Select(Any.Array[0, 60], Any.Array[1, 60], Gen.Bool).Sample((edges, numbers, right) =>
        {
            Tensor sorted = Of(edges, true).Sort();
            double[] own = sorted.Read<double>();
            long[] found = sorted.SearchSorted(Of(numbers, true), right).Read<long>();
            long[] expected = [.. numbers.Select(x => (long)own.Count(edge => right ? double.IsNaN(x) || edge <= x : double.IsNaN(x) ? !double.IsNaN(edge) : edge < x))];
            return found.SequenceEqual(expected);
        });

    [Test]
    public void Counts_sum_to_the_number_of_indices_and_histograms_count_what_is_inside() =>
        Gen.Select(Gen.Int[0, 8].Array[1, 200], Gen.Double[-2, 2].Array[1, 100]).Sample((indices, numbers) =>
        {
            Tensor i = Tensor.From(Array.ConvertAll(indices, x => (long)x), [indices.Length]);
            long[] counts = i.BinCount(9).Read<long>(), inside = Of(numbers, true).Histogram(5, -1, 1).Read<long>();
            return counts.Sum() == indices.Length && counts.Select((count, bin) => count == indices.Count(x => x == bin)).All(holds => holds)
                && inside.Sum() == numbers.Count(x => x is >= -1 and <= 1);
        });

    [Test]
    public void The_last_of_repeated_indices_wins() =>
        Gen.Select(Gen.Int[0, 5].Array[1, 40], Gen.Int[1, 3]).Sample((indices, inner) =>
        {
            Tensor i = Tensor.From(Array.ConvertAll(indices, x => (long)x), [indices.Length]), x = Tensor.Range(indices.Length * inner).Reshape(indices.Length, inner);
            long[] found = Tensor.Full([6, inner], -1, DType.I64).PutAt(0, i, x).Read<long>();
            return found.Select((value, place) => value == (Array.LastIndexOf(indices, place / inner) is >= 0 and int last ? (last * inner) + (place % inner) : -1)).All(holds => holds);
        });

    [Test]
    public void Unique_rows_are_those_of_a_dictionary_in_order() =>
        Gen.Select(Gen.Int[-1, 1].Array[1, 90], Gen.Int[1, 3]).Sample((numbers, columns) =>
        {
            int rows = numbers.Length / columns;
            Tensor x = Tensor.From(Array.ConvertAll(numbers[..(rows * columns)], v => (float)v), [rows, columns]);
            var (unique, inverse, counts) = x.UniqueRows();
            string[] keys = [.. Enumerable.Range(0, rows).Select(r => string.Join(",", numbers[(r * columns)..((r + 1) * columns)].Select(v => v + 1)))];
            return unique.Shape[0] == keys.Distinct().Count() && counts.Read<long>().Sum() == rows
                && unique.Select(0, inverse).Read<float>().SequenceEqual(x.Read<float>())
                && inverse.Read<long>().Select((u, r) => keys.Distinct().Order(StringComparer.Ordinal).ElementAt((int)u) == keys[r]).All(holds => holds);
        });

    [Test]
    public void Distances_are_symmetric_fulfil_the_triangle_inequality_and_agree_in_both_forms() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample((rows, width, seed) =>
        {
            Tensor x = new Generator(Key.FromSeed(seed)).Normal([rows, width], DType.F64);
            double[] d = x.PairwiseDistances(x, exact: true).Read<double>(), product = x.PairwiseSquaredDistances(x, exact: false).Read<double>();
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < rows; j++)
                {
                    if (d[(i * rows) + j] != d[(j * rows) + i] || Math.Abs(product[(i * rows) + j] - (d[(i * rows) + j] * d[(i * rows) + j])) > 1e-12 * width) return false;
                    for (int k = 0; k < rows; k++)
                    {
                        if (d[(i * rows) + k] > d[(i * rows) + j] + d[(j * rows) + k] + 1e-12) return false;
                    }
                }
            }

            return Enumerable.Range(0, rows).All(i => d[(i * rows) + i] == 0);
        });

    [Test]
    public void Nearest_neighbours_are_those_of_all_distances() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 400], Gen.Int[1, 7], Gen.Int[0, 1000]).Sample((rows, others, width, seed) =>
        {
            var generator = new Generator(Key.FromSeed(seed));
            Tensor x = generator.Normal([rows, width]), y = generator.Normal([others, width]);
            int k = Math.Min(others, 1 + (seed % 5));
            var (distances, places) = x.NearestNeighbours(y, k);
            var (expected, order) = x.PairwiseSquaredDistances(y, exact: true).TopK(k, largest: false);
            return places.Read<long>().SequenceEqual(order.Read<long>())
                && FiniteDifference.RelativeError(OpCase.Read(distances.Square()), OpCase.Read(expected)) < 1e-5;
        }, iter: 50);

    [Test]
    public void A_choice_without_replacement_repeats_nothing_and_counts_of_trials_sum_to_them() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 50], Gen.Int[0, 1000]).Sample((classes, trials, seed) =>
        {
            var generator = new Generator(Key.FromSeed(seed));
            Tensor logits = generator.Normal([3, classes]);
            int k = 1 + (seed % classes);
            long[] chosen = generator.WithoutReplacement(logits, k).Read<long>();
            long[] counts = generator.Multinomial(logits, trials).Sum(-1).Read<long>();
            return chosen.Chunk(k).All(row => row.Distinct().Count() == k) && counts.All(sum => sum == trials);
        });

    [Test]
    public void Unique_rows_inside_a_step_are_an_error_that_says_why() =>
        Assert.That(static () => Plan.Record(static () => Tensor.Zeros([3, 2]).UniqueRows().Rows), Throws.TypeOf<PlanException>().With.Message.Contains("as many rows as its data"));

    [Test]
    public void First_choices_and_counts_of_trials_follow_the_softmax()
    {
        const int Rows = 20_000;
        var generator = new Generator(Key.FromSeed(5));
        Tensor logits = Tensor.From([0.0, 1, -1, double.NegativeInfinity, 0.5]);
        double[] expected = logits.Softmax().Read<double>();
        long[] first = generator.WithoutReplacement(logits.Expand([Rows, 5]), 2).At(1, 0).BinCount(5).Read<long>(), counts = generator.Multinomial(logits, Rows).Read<long>();
        for (int i = 0; i < 5; i++)
        {
            // Five standard deviations of a count.
            double width = 5 * Math.Sqrt(Rows * expected[i] * (1 - expected[i]));
            Assert.That(first[i], Is.EqualTo(Rows * expected[i]).Within(width));
            Assert.That(counts[i], Is.EqualTo(Rows * expected[i]).Within(width));
        }
    }
}
