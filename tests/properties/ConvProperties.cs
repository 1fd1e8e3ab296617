using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>What convolutions, windows and channel norms do for any sizes and steps. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class ConvProperties
{
    const int Samples = 60;

    /// <summary>A convolution that fits: sizes of image and weight, and steps.</summary>
    sealed record Problem(int[] Image, int[] Weight, ConvolutionGeometry Geometry, int Seed)
    {
        public int[] Result => [Image[0], Weight[0], Geometry.Rows.Count(Image[2], Weight[2]), Geometry.Columns.Count(Image[3], Weight[3])];

        public Tensor Draw(int[] shape, int which) => new Generator(Key.FromSeed((Seed + which))).Normal([.. shape], DType.F64);

        public override string ToString() => $"[{string.Join(",", Image)}] by [{string.Join(",", Weight)}], {Geometry}, seed {Seed}";
    }

    static readonly Gen<(WindowStep Step, int Size, int Window)> Axis =
        from window in Gen.Int[1, 4]
        from dilation in Gen.Int[1, 3]
        from stride in Gen.Int[1, 3]
        from before in Gen.Int[0, 3]
        from after in Gen.Int[0, 3]
        from room in Gen.Int[0, 12]
        select (new WindowStep(stride, before, after, dilation), Math.Max(1, (dilation * (window - 1)) + 1 - before - after + room), window);

    static readonly Gen<Problem> Problems =
        from rows in Axis
        from columns in Axis
        from images in Gen.Int[1, 3]
        from groups in Gen.Int[1, 3]
        from inputs in Gen.Int[1, 5]
        from outputs in Gen.Int[1, 5]
        from seed in Gen.Int[0, 1 << 20]
        let problem = new Problem([images, groups * inputs, rows.Size, columns.Size], [groups * outputs, inputs, rows.Window, columns.Window], new(rows.Step, columns.Step, groups), seed)
        where problem.Result[2] > 0 && problem.Result[3] > 0
        select problem;

    [Test]
    public void A_convolution_is_the_loop_over_all_its_terms() => Problems.Sample(problem =>
    {
        double[] x = problem.Draw(problem.Image, 0).Read<double>(), w = problem.Draw(problem.Weight, 1).Read<double>();
        int[] shape = problem.Result, image = problem.Image, weight = problem.Weight;
        int size = weight[1] * weight[2] * weight[3], outputs = weight[0] / problem.Geometry.Groups;
        double[] expected = new double[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < expected.Length; i++)
        {
            int column = i % shape[3], row = i / shape[3] % shape[2], output = i / (shape[3] * shape[2]) % shape[1], n = i / (shape[3] * shape[2] * shape[1]);
            for (int k = 0; k < size; k++)
            {
                int q = k % weight[3], p = k / weight[3] % weight[2], c = (output / outputs * weight[1]) + (k / (weight[3] * weight[2]));
                int a = (row * problem.Geometry.Rows.Stride) + (p * problem.Geometry.Rows.Dilation) - problem.Geometry.Rows.Before;
                int b = (column * problem.Geometry.Columns.Stride) + (q * problem.Geometry.Columns.Dilation) - problem.Geometry.Columns.Before;
                if (a >= 0 && a < image[2] && b >= 0 && b < image[3]) expected[i] += w[(output * size) + k] * x[(((((n * image[1]) + c) * image[2]) + a) * image[3]) + b];
            }
        }

        return Close(problem.Draw(image, 0).Convolution(problem.Draw(weight, 1), null, problem.Geometry), Tensor.From(expected, [.. shape]), 1e-12);
    }, iter: Samples);

    [Test]
    public void The_three_forms_give_one_number() => Problems.Sample(problem =>
    {
        Tensor x = problem.Draw(problem.Image, 0), w = problem.Draw(problem.Weight, 1), y = problem.Draw(problem.Result, 2);
        double forward = (x.Convolution(w, null, problem.Geometry) * y).Sum().Item();
        double image = (ConvolutionImage.Of(problem.Geometry, y, w, x.Shape) * x).Sum().Item(), weight = (ConvolutionWeight.Of(problem.Geometry, x, y, w.Shape) * w).Sum().Item();
        return Math.Abs(forward - image) < 1e-10 * (1 + Math.Abs(forward)) && Math.Abs(forward - weight) < 1e-10 * (1 + Math.Abs(forward));
    }, iter: Samples);

    [Test]
    public void F32_follows_f64_and_threads_change_no_bit() => Problems.Sample(problem =>
    {
        Tensor x = problem.Draw(problem.Image, 0).To(DType.F32), w = problem.Draw(problem.Weight, 1).To(DType.F32), y = problem.Draw(problem.Result, 2).To(DType.F32);
        Tensor[] All(Tensor a, Tensor b, Tensor c) =>
            [a.Convolution(b, null, problem.Geometry), ConvolutionImage.Of(problem.Geometry, c, b, a.Shape), ConvolutionWeight.Of(problem.Geometry, a, c, b.Shape)];
        int threads = Settings.Threads;
        try
        {
            Settings.Threads = 1;
            Tensor[] one = All(x, w, y), wide = All(x.To(DType.F64), w.To(DType.F64), y.To(DType.F64));
            Settings.Threads = 3;
            Tensor[] three = All(x, w, y);
            return one.Select((part, i) => part.Read<float>().SequenceEqual(three[i].Read<float>()) && Close(part.To(DType.F64), wide[i], 1e-4)).All(ok => ok);
        }
        finally
        {
            Settings.Threads = threads;
        }
    }, iter: Samples);

    [Test]
    public void Moving_the_image_moves_the_result() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[0, 1 << 20]).Sample((down, across, stride, seed) =>
    {
        var generator = new Generator(Key.FromSeed(seed));
        Tensor x = generator.Normal([1, 2, 7, 8], DType.F64), w = generator.Normal([3, 2, 3, 2], DType.F64);
        Tensor moved = x.Pad((across * stride, 0), (down * stride, 0)).Convolution(w, stride: stride, padding: 0), still = x.Convolution(w, stride: stride);
        return Close(moved.Slice(2, down, int.MaxValue).Slice(3, across, int.MaxValue), still, 1e-13);
    }, iter: Samples);

    [Test]
    public void One_tap_is_a_matrix_product_and_groups_are_convolutions_side_by_side() => Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 6], Gen.Int[0, 1 << 20])
        .Sample((groups, inputs, outputs, side, seed) =>
        {
            var generator = new Generator(Key.FromSeed(seed));
            Tensor x = generator.Normal([2, groups * inputs, side, side], DType.F64), w = generator.Normal([groups * outputs, inputs, 1, 1], DType.F64);
            Tensor whole = x.Convolution(w, groups: groups);
            var parts = new Tensor[groups];
            for (int g = 0; g < groups; g++)
            {
                Tensor own = x.Slice(1, g * inputs, (g + 1) * inputs).Reshape([2, inputs, side * side]), rows = w.Slice(0, g * outputs, (g + 1) * outputs).Reshape([outputs, inputs]);
                parts[g] = rows.MatMul(own).Reshape([2, outputs, side, side]);
            }

            return Close(whole, TensorMath.Concat(parts, 1), 1e-12);
        }, iter: Samples);

    [Test]
    public void A_transposed_convolution_has_the_size_that_its_convolution_comes_from() => Gen.Select(Axis, Axis, Gen.Int[0, 2], Gen.Int[1, 5]).Sample((rows, columns, extra, count) =>
    {
        int more = Math.Min(extra, Math.Min(rows.Step.Stride, columns.Step.Stride) - 1);
        int height = rows.Step.Size(count, rows.Window) + more, width = columns.Step.Size(count, columns.Window) + more;
        if (height < 1 || width < 1) return true;
        Tensor y = Tensor.Ones([1, 2, count, count]).ConvolutionTransposed(Tensor.Ones([2, 3, rows.Window, columns.Window]), null, new(rows.Step, columns.Step), more, more);
        return y.Shape == [1, 3, height, width] && y.Convolution(Tensor.Ones([2, 3, rows.Window, columns.Window]), null, new(rows.Step, columns.Step)).Shape == [1, 2, count, count];
    }, iter: Samples);

    [Test]
    public void A_window_with_one_place_keeps_and_a_pool_of_all_is_the_extreme_or_the_mean() => Gen.Select(Gen.Int[1, 6], Gen.Int[0, 1 << 20]).Sample((side, seed) =>
    {
        Tensor x = new Generator(Key.FromSeed(seed)).Normal([2, 3, side, side], DType.F64);
        return Close(x.MaxPool(1), x, 0) && Close(x.MaxPool(side), x.Max([2, 3], keepAxes: true), 0) && Close(x.AveragePool(side), x.GlobalAveragePool(), 1e-14)
            && Close(x.MaxPool(new PoolGeometry(1, 2, WindowStep.Unit, new(1, 1, 1))).Values.Slice(3, 1, side), x.Slice(3, 0, side - 1).Maximum(x.Slice(3, 1, side)), 0);
    }, iter: Samples);

    [Test]
    public void A_number_that_is_none_is_the_largest_of_its_windows() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 19], Gen.Int[1, 2], Gen.Bool, Gen.Int[0, 1 << 20]).Sample((row, column, stride, single, seed) =>
        {
            double[] numbers = new Generator(Key.FromSeed(seed)).Normal([400], DType.F64).Read<double>();
            numbers[(row * 20) + column] = double.NaN;
            Tensor y = Tensor.From(numbers, [1, 1, 20, 20]).To(single ? DType.F32 : DType.F64).MaxPool(3, stride, 1);
            int side = y.Shape[3];
            return y.To(DType.F64).Read<double>()
                .Select((value, i) => double.IsNaN(value) == (Math.Abs((i / side * stride) - row) <= 1 && Math.Abs((i % side * stride) - column) <= 1)).All(ok => ok);
        }, iter: Samples);

    [Test]
    public void Resampling_keeps_constants_and_its_gradient_is_its_transpose() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool, Gen.Int[0, 1 << 20]).Sample((height, width, rows, columns, linear, seed) =>
        {
            Resampling kind = linear ? Resampling.Bilinear : Resampling.Nearest;
            var generator = new Generator(Key.FromSeed(seed));
            Tensor x = generator.Normal([1, 2, height, width], DType.F64).Variable(), y = generator.Normal([1, 2, rows, columns], DType.F64), up = x.Upsample(rows, columns, kind);
            Tensor back = Autodiff.Vjp([up], [x], [y], keepGraph: true)[0];
            double one = (up * y).Sum().Item(), other = (back * x).Sum().Item();
            return Math.Abs(one - other) < 1e-11 * (1 + Math.Abs(one))
                && Close(Tensor.Full([1, 2, height, width], 0.7, DType.F64).Upsample(rows, columns, kind), Tensor.Full([1, 2, rows, columns], 0.7, DType.F64), 1e-14);
        }, iter: Samples);

    [Test]
    public void Batch_norm_gives_mean_zero_and_variance_one_and_group_norm_ignores_scale_and_shift() =>
        Gen.Select(Gen.Int[2, 5], Gen.Int[1, 3], Gen.Int[1, 5], Gen.Double[0.1, 10], Gen.Double[-5, 5], Gen.Int[0, 1 << 20]).Sample((batch, groups, side, factor, shift, seed) =>
        {
            Tensor x = new Generator(Key.FromSeed(seed)).Normal([batch, 2 * groups, side, side], DType.F64), moved = (x * factor) + shift;
            Tensor y = x.BatchNorm(null, null, 0, out Tensor mean, out Tensor variance);
            bool isStandard = Close(y.Mean([0, 2, 3]), Tensor.Zeros([2 * groups], DType.F64), 1e-11) && Close(y.Square().Mean([0, 2, 3]), Tensor.Ones([2 * groups], DType.F64), 1e-9);
            bool isTold = Close(mean, x.Mean([0, 2, 3]), 1e-12) && Close(variance, x.Variance([0, 2, 3], correction: 0), 1e-12);
            return isStandard && isTold && Close(x.GroupNorm(groups, epsilon: 0), moved.GroupNorm(groups, epsilon: 0), 1e-6);
        }, iter: Samples);

    [Test]
    public void What_padding_adds_is_what_the_axis_shows() => Gen.Select(Gen.Int[2, 6], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Bool).Sample((size, before, after, reflects) =>
    {
        if (reflects) (before, after) = (Math.Min(before, size - 1), Math.Min(after, size - 1));
        Tensor x = Tensor.Range(size).To(DType.F64).Reshape([1, size]).Expand([3, size]);
        double[] y = x.Pad(reflects ? Padding.Reflect : Padding.Replicate, (before, after)).Read<double>();
        int length = size + before + after;
        return y.Length == 3 * length && y.Select((value, i) =>
        {
            int at = (i % length) - before;
            int source = reflects ? size - 1 - Math.Abs(size - 1 - Math.Abs(at)) : Math.Clamp(at, 0, size - 1);
            return value == source;
        }).All(ok => ok);
    }, iter: Samples);

    static bool Close(Tensor actual, Tensor expected, double tolerance)
    {
        if (actual.Shape != expected.Shape) return false;
        double[] x = actual.Read<double>(), y = expected.Read<double>();
        return x.Zip(y, (a, b) => Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(b))).All(ok => ok);
    }
}
