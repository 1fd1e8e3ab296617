namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly WindowStep unit = WindowStep.Unit;

    // Images, channels, height, width, outputs, window, steps, groups, how the image lies. The last are large: tiles of several rows and columns, parts, slabs, and the second thread.
    static readonly (string Label, int[] Image, int[] Weight, WindowStep Rows, WindowStep Columns, int Groups, View View)[] convolutions =
    [
        ("", [2, 2, 4, 4], [3, 2, 3, 3], new(1, 1, 1), new(1, 1, 1), 1, View.Transposed),
        ("stride and sides", [1, 1, 5, 6], [2, 1, 2, 3], new(2, 1, 0), new(3, 0, 2), 1, View.Dense),
        ("dilation", [1, 2, 6, 5], [1, 2, 3, 2], new(1, 2, 1, 2), new(2, 1, 1, 3), 1, View.Stepped),
        ("groups", [2, 4, 3, 3], [6, 2, 2, 2], unit, new(1, 1, 1), 2, View.Dense),
        ("depthwise", [1, 3, 4, 3], [3, 1, 3, 3], new(1, 1, 1), new(2, 1, 1), 3, View.Reversed),
        ("one tap", [2, 3, 2, 3], [4, 3, 1, 1], unit, unit, 1, View.Transposed),
        ("one tap with stride", [1, 2, 3, 4], [3, 2, 1, 1], new(2), new(2), 1, View.Dense),
        ("whole image", [2, 2, 3, 2], [3, 2, 3, 2], unit, unit, 1, View.Dense),
        ("line", [2, 2, 1, 9], [3, 2, 1, 4], unit, new(2, 1, 2), 1, View.Dense),
        ("no images", [0, 2, 4, 4], [3, 2, 3, 3], unit, unit, 1, View.Dense),
        ("large", [5, 9, 21, 19], [33, 9, 3, 3], new(1, 1, 1), new(1, 1, 1), 1, View.Dense),
        ("large with stride", [3, 6, 40, 37], [14, 6, 5, 3], new(2, 2, 2), new(3, 1, 1, 2), 1, View.Dense),
        ("large in groups", [3, 12, 23, 17], [9, 4, 3, 3], new(1, 1, 1), new(2, 0, 1), 3, View.Dense),
        ("large depthwise", [2, 16, 33, 35], [32, 1, 3, 5], new(1, 1, 1), new(1, 2, 2), 16, View.Dense),
        ("deep", [1, 130, 6, 5], [7, 130, 3, 3], new(1, 1, 1), new(1, 1, 1), 1, View.Dense),
        ("long line", [1, 5, 1, 9000], [6, 5, 1, 7], unit, new(1, 3, 3), 1, View.Dense),
    ];

    static IEnumerable<OpCase> Convolutions()
    {
        foreach (var (label, image, weight, rows, columns, groups, view) in convolutions)
        {
            var geometry = new ConvolutionGeometry(rows, columns, groups);
            int[] result = [image[0], weight[0], rows.Count(image[2], weight[2]), columns.Count(image[3], weight[3])];
            bool large = Values.CountOf(image) + Values.CountOf(weight) > 400;
            double wide = large ? 2e-12 : 4e-14, narrow = large ? 3e-4 : 1e-5;
            Input x = new(image, view), w = new(weight), y = new(result, view);
            yield return new OpCase(typeof(Convolution), label, [x, w], o => o[0].Convolution(o[1], null, geometry), o => PlainResult(geometry, o[0], o[1], null))
            { IsLarge = large, Tolerance64 = wide, Tolerance32 = narrow };
            yield return new OpCase(typeof(ConvolutionImage), label, [y, w], o => ConvolutionImage.Of(geometry, o[0], o[1], [.. image]), o => PlainImage(geometry, o[0], o[1], image))
            { IsLarge = large, Tolerance64 = wide, Tolerance32 = narrow };
            yield return new OpCase(typeof(ConvolutionWeight), label, [x, y], o => ConvolutionWeight.Of(geometry, o[0], o[1], [.. weight]), o => PlainWeight(geometry, o[0], o[1], weight))
            { IsLarge = large, Tolerance64 = wide, Tolerance32 = narrow };
            if (label is not ("" or "large in groups" or "one tap" or "depthwise")) continue;
            yield return new OpCase(typeof(Convolution), $"{label} and bias", [x, w, new([weight[0]])], o => o[0].Convolution(o[1], o[2], geometry), o => PlainResult(geometry, o[0], o[1], o[2]))
            { IsLarge = large, Tolerance64 = wide, Tolerance32 = narrow };
        }

        yield return new OpCase(typeof(ConvolutionImage), "and bias", [new([1, 2, 3, 2]), new([2, 2, 3, 3]), new([2])],
            o => o[0].ConvolutionTransposed(o[1], o[2], stride: 2, padding: 1, outputPadding: 1),
            o => Values.Zip(PlainImage(ConvolutionGeometry.Create(2, 1), o[0], o[1], [1, 2, 6, 4]), o[2].Reshape(2, 1, 1), (a, b) => a + b))
        { Tolerance64 = 4e-14, Tolerance32 = 1e-5 };
    }

    /// <summary>Calls with the weight's place, the image's place (or -1 outside) and the result's place for every term of a convolution.</summary>
    static void Terms(ConvolutionGeometry geometry, int[] image, int[] weight, int[] result, Action<int, int, int> term)
    {
        int groups = geometry.Groups, outputs = result[1] / groups;
        for (int at = 0; at < Values.CountOf(result); at++)
        {
            int[] y = Values.Index(result, at);
            for (int tap = 0; tap < weight[1] * weight[2] * weight[3]; tap++)
            {
                int[] w = Values.Index(weight[1..], tap);
                int row = (y[2] * geometry.Rows.Stride) + (w[1] * geometry.Rows.Dilation) - geometry.Rows.Before;
                int column = (y[3] * geometry.Columns.Stride) + (w[2] * geometry.Columns.Dilation) - geometry.Columns.Before;
                if (row < 0 || row >= image[2] || column < 0 || column >= image[3]) continue;
                int channel = (y[1] / outputs * weight[1]) + w[0];
                term((y[1] * weight[1] * weight[2] * weight[3]) + tap, (((((y[0] * image[1]) + channel) * image[2]) + row) * image[3]) + column, at);
            }
        }
    }

    static Values PlainResult(ConvolutionGeometry geometry, Values x, Values w, Values? bias)
    {
        int[] shape = [x.Shape[0], w.Shape[0], geometry.Rows.Count(x.Shape[2], w.Shape[2]), geometry.Columns.Count(x.Shape[3], w.Shape[3])];
        var y = new double[Values.CountOf(shape)];
        Terms(geometry, x.Shape, w.Shape, shape, (a, b, c) => y[c] += w.Data[a] * x.Data[b]);
        Values sum = new(shape, y);
        return bias is null ? sum : Values.Zip(sum, bias.Reshape(w.Shape[0], 1, 1), (a, b) => a + b);
    }

    static Values PlainImage(ConvolutionGeometry geometry, Values y, Values w, int[] image)
    {
        var x = new double[Values.CountOf(image)];
        Terms(geometry, image, w.Shape, y.Shape, (a, b, c) => x[b] += w.Data[a] * y.Data[c]);
        return new(image, x);
    }

    static Values PlainWeight(ConvolutionGeometry geometry, Values x, Values y, int[] weight)
    {
        var w = new double[Values.CountOf(weight)];
        Terms(geometry, x.Shape, weight, y.Shape, (a, b, c) => w[a] += x.Data[b] * y.Data[c]);
        return new(weight, w);
    }
}
