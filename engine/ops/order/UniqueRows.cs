namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>
    /// The distinct rows of x [n, ...], in lexicographic order (NaN last, equal to itself; -0 equal to 0), the position (i64 [n]) of each row among them, and how often each occurs (i64). How many there
    /// are depends on the data, so the host does this, at once, and no step that is recorded may.
    /// </summary>
    /// <exception cref="PlanException">A step is being recorded: the result's shape would have to be the same at every replay.</exception>
    /// <exception cref="ShapeException">x has no axis.</exception>
    public static (Tensor Rows, Tensor Inverse, Tensor Counts) UniqueRows(this Tensor x)
    {
        Require.Number("unique_rows", x, true);
        Require.MinimumRank("unique_rows", "the input", x, 1);
        Recorder.Forbid("unique_rows gives as many rows as its data have distinct ones", "Call it before the step, or use sorted segments of a fixed number.");
        int rows = x.Shape[0], columns = x.Shape.CountOf(1..);

        // Stable sorts from the last column to the first put rows into lexicographic order; the sorts' places order every dtype by the same rules.
        Tensor table = x.Detach().Reshape([rows, columns]), order = Tensor.Range(rows, device: x.Device);
        for (int column = columns - 1; column >= 0; column--) order = order.Select(0, table.At(1, column).Select(0, order).ArgSort());
        Tensor sorted = table.Select(0, order);
        bool[] isNew = rows == 0 || columns == 0 ? new bool[rows] : IsNew(sorted);
        if (rows > 0) isNew[0] = true;

        long[] places = order.Read<long>(), inverse = new long[rows], counts = new long[isNew.Count(static one => one)], firsts = new long[counts.Length];
        int current = -1;
        for (int i = 0; i < rows; i++)
        {
            if (isNew[i]) firsts[++current] = places[i];
            inverse[places[i]] = current;
            counts[current]++;
        }

        return (x.Select(0, Tensor.From(firsts, [firsts.Length], x.Device)), Tensor.From(inverse, [rows], x.Device), Tensor.From(counts, [counts.Length], x.Device));
    }

    // Whether each sorted row but the first differs from the one before; two NaN do not.
    static bool[] IsNew(Tensor sorted)
    {
        int rows = sorted.Shape[0];
        if (rows < 2) return new bool[rows];
        Tensor before = sorted.Slice(0, 0, rows - 1), after = sorted.Slice(0, 1);
        Tensor same = before.Equal(after).Or(before.NotEqual(before).And(after.NotEqual(after)));
        return [false, .. same.To(DType.I32).Min(1).Read<int>().Select(static one => one == 0)];
    }
}
