namespace Adjoint.Tests.Ops;

/// <summary>A row-major array of any rank: the plain model against which tensors are checked.</summary>
public sealed class Values(int[] shape, double[] data)
{
    public int[] Shape { get; } = shape;

    public double[] Data { get; } = data;

    public int Rank => Shape.Length;

    public static Values Scalar(double value) => new([], [value]);

    public static int CountOf(int[] shape) => shape.Aggregate(1, (product, size) => product * size);

    /// <summary>An array whose element at each index is given by a function of the index.</summary>
    public static Values Build(int[] shape, Func<int[], double> element)
    {
        var data = new double[CountOf(shape)];
        for (int i = 0; i < data.Length; i++) data[i] = element(Index(shape, i));
        return new Values(shape, data);
    }

    public double this[params int[] index] => Data[Position(index)];

    public int Position(int[] index)
    {
        int position = 0;
        for (int axis = 0; axis < Shape.Length; axis++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index[axis], (uint)Shape[axis]);
            position = (position * Shape[axis]) + index[axis];
        }

        return position;
    }

    /// <summary>The index of the element at a row-major position.</summary>
    public static int[] Index(int[] shape, int position)
    {
        var index = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            index[axis] = position % shape[axis];
            position /= shape[axis];
        }

        return index;
    }

    /// <summary>The element that broadcasting shows at an index of a larger shape.</summary>
    public double Stretched(int[] index)
    {
        var own = new int[Rank];
        for (int axis = 0; axis < Rank; axis++) own[axis] = Shape[axis] == 1 ? 0 : index[axis + index.Length - Rank];
        return this[own];
    }

    public Values Map(Func<double, double> f) => new(Shape, Array.ConvertAll(Data, x => f(x)));

    public static int[] Broadcast(int[] a, int[] b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= shape.Length; i++)
        {
            int left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            shape[^i] = left == 1 ? right : left;
        }

        return shape;
    }

    public static Values Zip(Values a, Values b, Func<double, double, double> f) =>
        Build(Broadcast(a.Shape, b.Shape), index => f(a.Stretched(index), b.Stretched(index)));

    /// <summary>Folds the listed axes (all if none is listed) of an array, visiting elements in row-major order.</summary>
    public Values Reduce(int[] axes, bool keep, Func<double[], double> fold)
    {
        bool[] gone = new bool[Rank];
        foreach (int axis in axes) gone[axis < 0 ? axis + Rank : axis] = true;
        if (axes.Length == 0) Array.Fill(gone, true);
        int[] full = Shape.Select((size, axis) => gone[axis] ? 1 : size).ToArray();
        var lists = new List<double>[CountOf(full)];
        for (int i = 0; i < lists.Length; i++) lists[i] = [];
        var target = new Values(full, new double[lists.Length]);
        for (int i = 0; i < Data.Length; i++)
        {
            int[] index = Index(Shape, i);
            for (int axis = 0; axis < Rank; axis++) index[axis] = gone[axis] ? 0 : index[axis];
            lists[target.Position(index)].Add(Data[i]);
        }

        int[] shape = keep ? full : Shape.Where((_, axis) => !gone[axis]).ToArray();
        return new Values(shape, Array.ConvertAll(lists, list => fold([.. list])));
    }

    /// <summary>Replaces each line along an axis by another of any one length.</summary>
    public Values Lines(int axis, Func<double[], double[]> f)
    {
        axis = axis < 0 ? axis + Rank : axis;
        var results = new Dictionary<string, double[]>();
        double[] Line(int[] index)
        {
            var at = (int[])index.Clone();
            at[axis] = 0;
            string key = string.Join(",", at);
            if (results.TryGetValue(key, out double[]? found)) return found;
            var line = new double[Shape[axis]];
            for (int i = 0; i < line.Length; i++)
            {
                at[axis] = i;
                line[i] = this[at];
            }

            return results[key] = f(line);
        }

        int length = Data.Length == 0 ? Shape[axis] : Line(new int[Rank]).Length;
        var shape = (int[])Shape.Clone();
        shape[axis] = length;
        return Build(shape, index => Line(index)[index[axis]]);
    }

    public Values Permute(params int[] order)
    {
        int[] shape = order.Select(axis => Shape[axis]).ToArray();
        return Build(shape, index =>
        {
            var old = new int[Rank];
            for (int i = 0; i < Rank; i++) old[order[i]] = index[i];
            return this[old];
        });
    }

    /// <summary>Elements start, start + step, … of an axis.</summary>
    public Values Slice(int axis, int start, int count, int step)
    {
        var shape = (int[])Shape.Clone();
        shape[axis] = count;
        return Build(shape, index =>
        {
            var old = (int[])index.Clone();
            old[axis] = start + (index[axis] * step);
            return this[old];
        });
    }

    public Values Expand(params int[] shape) => Build(shape, Stretched);

    public Values Reshape(params int[] shape) => new(shape, Data);
}
