namespace Adjoint;

/// <summary>
/// A vector for each of several sets, whatever the order of their members: a recurrent cell asks, its answer is the mean of the members weighted by the softmax of their products with what it asked.
/// Vinyals, Bengio, Kudlur 2016, section 4.2. Graphs by their nodes, for instance.
/// </summary>
public sealed class Set2Set : Module
{
    readonly LstmCell cell;
    readonly int steps;

    /// <summary>Makes the layer.</summary>
    /// <param name="width">Numbers of a member.</param>
    /// <param name="steps">How often the cell asks.</param>
    /// <exception cref="SettingException">The width or the number of steps is below 1.</exception>
    public Set2Set(int width, int steps)
    {
        Width = Check.AtLeast(width, 1, "Set2Set width");
        this.steps = Check.AtLeast(steps, 1, "Set2Set steps");
        cell = Child("lstm", new LstmCell(2 * width, width));
    }

    /// <summary>Numbers of a member; a set's vector has twice as many.</summary>
    public int Width { get; }

    /// <summary>Members [members, width] of the sets of an index → [sets, 2·width]: the last question and its answer. An empty set's answer is zero.</summary>
    /// <exception cref="ShapeException">The members do not have the layer's width, or the index is of another number of rows.</exception>
    public Tensor Forward(Tensor members, SegmentIndex sets)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(sets);
        if (members.Rank != 2 || members.Shape[1] != Width || members.Shape[0] != sets.Rows)
            throw new ShapeException($"Set2Set: members {members.Shape} are not [{sets.Rows}, {Width}], a row for each of the index. Reshape them, or make the layer for their width.");
        Tensor nothing = Tensor.Zeros([sets.Segments, Width], members.DType, members.Device), asked = Tensor.Zeros([sets.Segments, 2 * Width], members.DType, members.Device);
        var state = new LstmState(nothing, nothing);
        for (int i = 0; i < steps; i++)
        {
            state = cell.Forward(asked, state);
            Tensor weights = (members * state.Hidden.SegmentGather(sets)).Sum(-1, keepAxes: true).SegmentSoftmax(sets);
            asked = TensorMath.Concat([state.Hidden, (weights * members).SegmentSum(sets)], -1);
        }

        return asked;
    }
}
