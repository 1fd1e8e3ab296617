using Adjoint.Tests.Ops;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Views against plain arrays: random sequences of moves on a tensor and on its model must read the same. A failure prints CsCheck's seed.</summary>
[TestFixture]
public sealed class ViewTests
{
    const int Samples = 3000;

    [Test]
    public void Random_sequences_of_views_read_as_the_array_model() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var (tensor, model) = Start(random);
            for (int i = 0; i < 6; i++) (tensor, model) = Move(random, tensor, model);
            return Agrees(tensor, model);
        }, iter: Samples);

    [Test]
    public void Reshape_of_any_layout_reads_as_reshape_of_a_copy() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var (tensor, model) = Start(random);
            for (int i = 0; i < 3; i++) (tensor, model) = Move(random, tensor, model);
            int[] sizes = Factors(random, tensor.Count, tensor.Shape.ToArray());
            Tensor direct = tensor.Reshape(sizes), copied = tensor.Clone().Reshape(sizes);
            bool shares = ReferenceEquals(direct.Storage, tensor.Storage);
            bool possible = sizes.AsSpan().SequenceEqual(tensor.Shape.Sizes) || tensor.Layout.Reshape(Shape.Create(sizes)) is not null;
            return direct.Read<double>().SequenceEqual(copied.Read<double>()) && Agrees(direct, model.Reshape(sizes)) && shares == possible;
        }, iter: Samples);

    [Test]
    public void The_derivative_of_random_views_adds_each_cotangent_where_its_element_came_from() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var (start, _) = Start(random);

            // The model holds positions, so that it tells where each element of the view came from.
            var places = new Values(start.Shape.ToArray(), [.. Enumerable.Range(0, start.Count).Select(i => (double)i)]);
            Tensor variable = start.Variable(), view = variable;
            for (int i = 0; i < 5; i++) (view, places) = Move(random, view, places);
            double[] cotangent = [.. Enumerable.Range(0, view.Count).Select(_ => random.NextDouble())], expected = new double[start.Count];
            for (int i = 0; i < cotangent.Length; i++) expected[(int)places.Data[i]] += cotangent[i];
            double[] actual = Autodiff.Vjp([view], [variable], [Tensor.From(cotangent, view.Shape)])[0].Read<double>();
            return FiniteDifference.RelativeError(actual, expected) < 1e-12;
        }, iter: Samples / 3);

    static bool Agrees(Tensor tensor, Values model) =>
        tensor.Shape.Sizes.SequenceEqual(model.Shape) && tensor.Read<double>().SequenceEqual(model.Data) && tensor.Clone().Read<double>().SequenceEqual(model.Data);

    static (Tensor Tensor, Values Model) Start(Random random)
    {
        int[] shape = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(20) == 0 ? 0 : random.Next(1, 7))];
        var model = new Values(shape, [.. Enumerable.Range(0, Values.CountOf(shape)).Select(i => (double)i)]);
        return (Tensor.From(model.Data, Shape.Create(shape)), model);
    }

    static (Tensor Tensor, Values Model) Move(Random random, Tensor tensor, Values model)
    {
        int rank = model.Rank, axis = rank == 0 ? 0 : random.Next(rank);
        switch (random.Next(rank == 0 ? 2 : 7))
        {
            case 0:
                int[] sizes = Factors(random, model.Data.Length, model.Shape);
                return (tensor.Reshape(sizes), model.Reshape(sizes));
            case 1:
                int[] order = [.. Enumerable.Range(0, rank)];
                random.Shuffle(order);
                return (tensor.Permute(order), model.Permute(order));
            case 2:
                int size = model.Shape[axis], start = random.Next(size + 1), end = random.Next(start, size + 1), step = random.Next(1, 4);
                int count = (end - start + step - 1) / step;
                return random.Next(2) == 0
                    ? (tensor.Slice(axis, start, end, step), model.Slice(axis, start, count, step))
                    : (tensor.Slice(axis, start, end, -step), model.Slice(axis, end - 1, count, -step));
            case 3:
                return (tensor.Flip(axis), model.Slice(axis, model.Shape[axis] - 1, model.Shape[axis], -1));
            case 4 when model.Shape[axis] == 1 && model.Data.Length < 500:
                int[] stretched = [.. model.Shape];
                stretched[axis] = random.Next(4);
                return (tensor.Expand(Shape.Create(stretched)), model.Expand(stretched));
            case 5 when rank < 6 && model.Data.Length < 500:
                int[] led = [random.Next(1, 3), .. model.Shape];
                return (tensor.Expand(Shape.Create(led)), model.Expand(led));
            case 6 when model.Shape[axis] > 0:
                int index = random.Next(model.Shape[axis]);
                return (tensor.At(axis - rank, index - model.Shape[axis]), model.Slice(axis, index, 1, 1).Reshape([.. model.Shape.Where((_, i) => i != axis)]));
            default:
                if (rank > 6) return (tensor.Flip(axis), model.Slice(axis, model.Shape[axis] - 1, model.Shape[axis], -1));
                return (tensor.Unsqueeze(-1 - axis), model.Reshape([.. model.Shape[..(rank - axis)], 1, .. model.Shape[(rank - axis)..]]));
        }
    }

    // Another shape of the same count: axes split, merged and permuted in size.
    static int[] Factors(Random random, int count, int[] shape)
    {
        if (count == 0) return shape;
        var sizes = new List<int>();
        while (count > 1 && sizes.Count < 5)
        {
            int[] divisors = [.. Enumerable.Range(1, count).Where(d => count % d == 0)];
            int size = divisors[random.Next(divisors.Length)];
            sizes.Add(size);
            count /= size;
        }

        if (count > 1) sizes.Add(count);
        return [.. sizes];
    }
}
