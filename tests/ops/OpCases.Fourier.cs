namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static IEnumerable<OpCase> Transforms()
    {
        (int[] Shape, View View, int Axis)[] lines =
        [
            ([1, 2], View.Dense, 0), ([2, 2], View.Dense, 0), ([2, 12, 2], View.Dense, 1), ([3, 7, 2], View.Transposed, 1), ([0, 4, 2], View.Dense, 1), ([2, 5, 3, 2], View.Reversed, 1),
            ([8, 2, 2], View.Expanded, 0), ([1, 67, 2], View.Dense, 1), ([1, 22, 2], View.Offset, 1), ([3, 2048, 2], View.Dense, 1), ([40, 131, 2], View.Dense, 1), ([60, 210, 2], View.Stepped, 0),
            ([5, 96, 33, 2], View.Dense, 1),
        ];
        foreach (var (shape, view, axis) in lines)
        {
            foreach (bool inverse in (bool[])[false, true])
            {
                FourierScale scale = (FourierScale)((shape.Length + axis) % 3);
                yield return Accurate(new OpCase(typeof(ComplexFourier), $"{(inverse ? "inverse " : "")}{scale} {axis}", [new(shape, view)],
                    x => inverse ? x[0].InverseFft(axis, scale) : x[0].Fft(axis, scale), x => Scaled(Dft(x[0], axis, inverse), scale, shape[axis], inverse)));
            }
        }

        foreach (int[] shape in (int[][])[[3, 4, 2], [2, 1, 5, 2], [2, 6, 3, 2], [2, 33, 40, 2], [40, 28, 28, 2]])
        {
            int rank = shape.Length;
            yield return Accurate(new OpCase(typeof(ComplexFourier), "planes", [new(shape)], x => x[0].Fft2(FourierScale.Orthonormal),
                x => Scaled(Dft(Dft(x[0], rank - 2, false), rank - 3, false), FourierScale.Orthonormal, shape[^2] * shape[^3], false)));
            yield return Accurate(new OpCase(typeof(ComplexFourier), "planes inverse", [new(shape)], x => x[0].InverseFft2(),
                x => Scaled(Dft(Dft(x[0], rank - 2, true), rank - 3, true), FourierScale.Backward, shape[^2] * shape[^3], true)));
        }
    }

    static IEnumerable<OpCase> RealTransforms()
    {
        (int[] Shape, View View)[] lines =
        [
            ([1], View.Dense), ([2], View.Reversed), ([3], View.Dense), ([2, 12], View.Transposed), ([3, 7], View.Stepped), ([2, 28], View.Dense), ([0, 4], View.Dense), ([2, 2, 9], View.Expanded), ([50, 96], View.Dense),
            ([20, 105], View.Dense), ([3, 2 * 67], View.Dense), ([2, 4096], View.Dense),
        ];
        foreach (var (shape, view) in lines)
        {
            int n = shape[^1];
            int[] half = [.. shape[..^1], (n / 2) + 1, 2];
            yield return Accurate(new OpCase(typeof(RealFourier), "", [new(shape, view)], x => x[0].RealFft(scale: FourierScale.Forward), x => Scaled(RealDft(x[0]), FourierScale.Forward, n, false)));
            yield return Accurate(new OpCase(typeof(InverseRealFourier), $"{n}", [new(half)], x => x[0].InverseRealFft(n), x => Scaled(InverseRealDft(x[0], n), FourierScale.Backward, n, true)));
        }

        foreach (int[] shape in (int[][])[[3, 4], [2, 5, 5], [2, 1, 6], [3, 30, 28], [60, 28, 28], [1, 96, 130]])
        {
            int height = shape[^2], width = shape[^1];
            int[] half = [.. shape[..^1], (width / 2) + 1, 2];
            yield return Accurate(new OpCase(typeof(RealFourier), "planes", [new(shape)], x => x[0].RealFft2(), x => Dft(RealDft(x[0]), shape.Length - 2, false)));
            yield return Accurate(new OpCase(typeof(InverseRealFourier), $"planes {width}", [new(half)], x => x[0].InverseRealFft2(width, FourierScale.Orthonormal),
                x => Scaled(InverseRealDft(Dft(x[0], shape.Length - 2, true), width), FourierScale.Orthonormal, height * width, true)));
        }

        yield return Accurate(new OpCase(typeof(RealFourier), "axis 0", [new([4, 3])], x => x[0].RealFft(0), x => RealDft(x[0].Permute(1, 0)).Permute(1, 0, 2)));
        yield return Accurate(new OpCase(typeof(InverseRealFourier), "axis 0", [new([3, 3, 2])], x => x[0].InverseRealFft(5, 0, FourierScale.Forward), x => InverseRealDft(x[0].Permute(1, 0, 2), 5).Permute(1, 0)));
    }

    // Errors grow as the root of what is summed, and results with the root of the length.
    static OpCase Accurate(OpCase one) => one with { IsLarge = Values.CountOf(one.Inputs[0].Shape) > 140, Tolerance64 = 1e-12, Tolerance32 = Values.CountOf(one.Inputs[0].Shape) > 1000 ? 1e-4 : 1e-5 };

    static Values Scaled(Values x, FourierScale scale, int count, bool inverse)
    {
        double factor = scale == FourierScale.Orthonormal ? 1 / Math.Sqrt(count) : inverse == (scale == FourierScale.Backward) ? 1.0 / count : 1;
        return x.Map(number => number * factor);
    }

    // The sum itself, with angles from whole numbers.
    static Values Dft(Values x, int axis, bool inverse)
    {
        int n = x.Shape[axis], inner = Values.CountOf(x.Shape[(axis + 1)..^1]), outer = Values.CountOf(x.Shape[..axis]);
        var data = new double[x.Data.Length];
        var (sines, cosines) = (new double[n], new double[n]);
        for (int j = 0; j < n; j++) (sines[j], cosines[j]) = Math.SinCos((inverse ? 2 : -2) * Math.PI * j / n);
        for (int line = 0; line < outer * inner; line++)
        {
            int start = 2 * ((line / inner * n * inner) + (line % inner)), step = 2 * inner;
            for (int k = 0; k < n; k++)
            {
                double re = 0, im = 0;
                for (int j = 0; j < n; j++)
                {
                    double a = x.Data[start + (j * step)], b = x.Data[start + (j * step) + 1];
                    int turn = (int)((long)j * k % n);
                    re += (a * cosines[turn]) - (b * sines[turn]);
                    im += (a * sines[turn]) + (b * cosines[turn]);
                }

                data[start + (k * step)] = re;
                data[start + (k * step) + 1] = im;
            }
        }

        return new Values(x.Shape, data);
    }

    static Values RealDft(Values x)
    {
        int n = x.Shape[^1], half = (n / 2) + 1;
        Values all = Dft(Values.Build([.. x.Shape, 2], index => index[^1] == 0 ? x[index[..^1]] : 0), x.Rank - 1, false);
        return Values.Build([.. x.Shape[..^1], half, 2], index => all[index]);
    }

    static Values InverseRealDft(Values x, int n)
    {
        Values full = Values.Build([.. x.Shape[..^2], n, 2], index =>
        {
            int k = index[^2];
            bool isEdge = k == 0 || 2 * k == n, isBehind = 2 * k > n;
            double value = x[Replace(index, index.Length - 2, isBehind ? n - k : k)];
            return index[^1] == 0 ? value : isEdge ? 0 : isBehind ? -value : value;
        });
        Values all = Dft(full, x.Rank - 2, true);
        return Values.Build([.. x.Shape[..^2], n], index => all[[.. index, 0]]);
    }
}
