namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly (int[] Image, PoolGeometry Geometry, View View)[] pools =
    [
        ([2, 2, 4, 4], PoolGeometry.Create(2), View.Transposed),
        ([1, 2, 5, 6], new PoolGeometry(3, 2, new(2, 1, 0), new(1, 1, 1)), View.Reversed),
        ([1, 1, 7, 6], new PoolGeometry(2, 3, new(1, 0, 1, 3), new(2, 1, 1, 2)), View.Dense),
        ([2, 1, 1, 9], PoolGeometry.Create(3, 2, 1, is1D: true), View.Stepped),
        ([0, 2, 4, 4], PoolGeometry.Create(2), View.Dense),
        ([3, 20, 33, 31], PoolGeometry.Create(3, 2, 1), View.Dense),
    ];

    static readonly (int[] Image, Resample Op, View View)[] resamplings =
    [
        ([1, 2, 2, 3], new(Resampling.Nearest, 4, 6), View.Transposed),
        ([1, 1, 5, 4], new(Resampling.Nearest, 3, 7), View.Dense),
        ([1, 2, 3, 2], new(Resampling.Bilinear, 6, 4), View.Stepped),
        ([2, 1, 4, 3], new(Resampling.Bilinear, 3, 7), View.Reversed),
        ([1, 1, 4, 5], new(Resampling.Bilinear, 6, 7, 1 / 1.5, 1 / 1.5), View.Dense),
        ([1, 2, 1, 1], new(Resampling.Bilinear, 2, 3), View.Dense),
        ([0, 2, 3, 2], new(Resampling.Nearest, 6, 4), View.Dense),
        ([3, 9, 17, 21], new(Resampling.Nearest, 34, 42), View.Dense),
        ([3, 9, 17, 21], new(Resampling.Bilinear, 40, 33), View.Dense),
    ];

    static IEnumerable<OpCase> Windows()
    {
        foreach (var (image, geometry, view) in pools)
        {
            bool large = Values.CountOf(image) > 400;
            Shape size = geometry.Result("", [.. image]);
            int[] result = size.ToArray();

            // No two numbers are close, so that no difference changes a place.
            Input x = new(image, view) { GridPhase = 0.3 };
            Values Maxima(Values from) => Values.Build(result, index => from.Data[PlainPlace(geometry, from, index)]);
            yield return new OpCase(typeof(MaxPool), "", [x], o => o[0].MaxPool(geometry).Values, o => Maxima(o[0])) { IsLarge = large };
            yield return new OpCase(typeof(MaxPool), "places", [x], o => o[0].MaxPool(geometry).Places, o => Values.Build(result, index => PlainPlace(geometry, o[0], index) % (image[2] * image[3])))
            { IsLarge = large, HasGradient = false };
            yield return new OpCase(typeof(MaxPoolImage), "", [new(result, view == View.Stepped ? View.Dense : view), x with { View = View.Dense }],
                o => MaxPoolImage.Of(geometry, o[0], o[1].Detach().MaxPool(geometry).Places, [.. image]), o =>
                {
                    var sum = new double[Values.CountOf(image)];
                    for (int i = 0; i < o[0].Data.Length; i++) sum[PlainPlace(geometry, o[1], Values.Index(result, i))] += o[0].Data[i];
                    return new Values(image, sum);
                })
            { IsLarge = large, Tolerance32 = 3e-6 };
        }

        foreach (var (image, op, view) in resamplings)
        {
            bool large = Values.CountOf(image) > 400;
            int[] result = [image[0], image[1], op.Height, op.Width];
            double[,] rows = PlainWeights(op.Kind, image[2], op.Height, op.RowStep), columns = PlainWeights(op.Kind, image[3], op.Width, op.ColumnStep);
            Values Weighted(Values from, int[] shape, bool isTransposed) => Values.Build(shape, index =>
            {
                double sum = 0;
                for (int i = 0; i < from.Shape[2]; i++)
                {
                    for (int j = 0; j < from.Shape[3]; j++)
                    {
                        double weight = isTransposed ? rows[i, index[2]] * columns[j, index[3]] : rows[index[2], i] * columns[index[3], j];
                        if (weight != 0) sum += weight * from[index[0], index[1], i, j];
                    }
                }

                return sum;
            });
            yield return new OpCase(typeof(Resample), $"{op.Kind} to {op.Height} {op.Width}", [new(image, view)], o => Dispatch.Run(op, o[0].Contiguous()), o => Weighted(o[0], result, false))
            { IsLarge = large, Tolerance64 = 1e-13 };
            yield return new OpCase(typeof(ResampleImage), $"{op.Kind} from {image[2]} {image[3]}", [new(result, view)],
                o => Dispatch.Run(new ResampleImage(op, image[2], image[3]), o[0].Contiguous()), o => Weighted(o[0], image, true))
            { IsLarge = large, Tolerance64 = 1e-13, Tolerance32 = 5e-6 };
        }
    }

    /// <summary>Where the first largest number of a window is, in the whole array.</summary>
    static int PlainPlace(PoolGeometry geometry, Values x, int[] index)
    {
        int best = -1;
        for (int tap = 0; tap < geometry.WindowRows * geometry.WindowColumns; tap++)
        {
            int row = (index[2] * geometry.Rows.Stride) - geometry.Rows.Before + (tap / geometry.WindowColumns * geometry.Rows.Dilation);
            int column = (index[3] * geometry.Columns.Stride) - geometry.Columns.Before + (tap % geometry.WindowColumns * geometry.Columns.Dilation);
            if (row < 0 || row >= x.Shape[2] || column < 0 || column >= x.Shape[3]) continue;
            int place = x.Position([index[0], index[1], row, column]);
            if (best < 0 || x.Data[place] > x.Data[best]) best = place;
        }

        return best;
    }

    /// <summary>The matrix [target, source] that resamples one axis.</summary>
    static double[,] PlainWeights(Resampling kind, int source, int target, double step)
    {
        var weights = new double[target, source];
        for (int i = 0; i < target; i++)
        {
            double each = step > 0 ? step : (double)source / target;
            if (kind == Resampling.Nearest)
            {
                weights[i, Math.Min(source - 1, (int)Math.Floor((i * each) + 1e-9))] = 1;
                continue;
            }

            double at = Math.Max(0, ((i + 0.5) * each) - 0.5);
            int low = Math.Min((int)at, source - 1), high = Math.Min(low + 1, source - 1);
            weights[i, low] += 1 - (at - low);
            weights[i, high] += at - low;
        }

        return weights;
    }
}
