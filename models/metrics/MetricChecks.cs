namespace Adjoint.Models;

/// <summary>Checks of operands that the statistics share.</summary>
static class MetricChecks
{
    /// <summary>Two samples of one length, of at least <paramref name="minimum"/> finite values.</summary>
    public static void Paired(string name, ReadOnlySpan<double> first, ReadOnlySpan<double> second, int minimum = 1)
    {
        if (first.Length != second.Length) throw new ShapeException($"{name}: {first.Length} values stand against {second.Length}. Pass one partner for each value.");
        Sample(name, "the first sample", first, minimum);
        Sample(name, "the second sample", second, minimum);
    }

    /// <summary>At least <paramref name="minimum"/> finite values.</summary>
    public static void Sample(string name, string role, ReadOnlySpan<double> values, int minimum = 1)
    {
        if (values.Length < minimum) throw new ShapeException($"{name}: {role} holds {values.Length} values, fewer than {minimum}. Pass more.");
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) throw new SettingException($"{name}: {role} holds {values[i]} at {i}. Pass finite numbers only.");
        }
    }

    /// <summary>A matrix [rows, columns] of at least <paramref name="minimum"/> rows and one column, as f64 without derivatives.</summary>
    public static Tensor Rows(string name, string role, Tensor x, int minimum = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 2 || x.Shape[0] < minimum || x.Shape[1] < 1)
            throw new ShapeException($"{name}: {role} {x.Shape} is not a matrix [samples, features] with at least {minimum} rows. Reshape it, or pass more samples.");
        return x.Detach().To(DType.F64).Contiguous();
    }

    /// <summary>Two sets of rows of one width, as f64 without derivatives.</summary>
    public static (Tensor First, Tensor Second) Sets(string name, Tensor first, Tensor second, int minimum = 1)
    {
        Tensor x = Rows(name, "the first set", first, minimum), y = Rows(name, "the second set", second, minimum);
        if (x.Shape[1] != y.Shape[1]) throw new ShapeException($"{name}: the rows of {first.Shape} and {second.Shape} differ in width. Pass two sets of vectors of one width.");
        return (x, y);
    }

    /// <summary>Two sets of paired rows: as many in both, of any widths.</summary>
    public static (Tensor First, Tensor Second) PairedRows(string name, Tensor first, Tensor second, int minimum = 1)
    {
        Tensor x = Rows(name, "the first set", first, minimum), y = Rows(name, "the second set", second, minimum);
        if (x.Shape[0] != y.Shape[0]) throw new ShapeException($"{name}: {first.Shape} and {second.Shape} differ in rows. Pass one partner for each row.");
        return (x, y);
    }

    /// <summary>Classes from 0 up to but without the count.</summary>
    public static void Classes(string name, string role, ReadOnlySpan<int> classes, int count)
    {
        for (int i = 0; i < classes.Length; i++)
        {
            if ((uint)classes[i] >= (uint)count) throw new SettingException($"{name}: {role} holds the class {classes[i]} at {i}, outside 0 to {count - 1}. Number the classes from 0.");
        }
    }

    /// <summary>The values sorted, in memory of their own.</summary>
    public static double[] Sorted(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>0 … n-1 ordered by ascending values; equal values keep their order.</summary>
    public static int[] Order(ReadOnlySpan<double> values)
    {
        var order = new int[values.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        double[] keys = values.ToArray();
        Array.Sort(keys, order);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }
}
