namespace Adjoint;

/// <summary>
/// Takes out of the replay what has the same result every time: ops without inputs, and ops on such results. Larger ones stay, since reading them back would cost
/// more than computing them; a tensor of one repeated value becomes that value, seen through strides of zero, wherever a pointwise op reads it.
/// </summary>
static class Constants
{
    const int MaxBytes = 1 << 15;

    public static void Hoist(Draft draft)
    {
        HashSet<Storage> rewritten = draft.Rewritten();
        Shrink(draft, rewritten);
        var constant = new HashSet<Storage>();
        var varying = new List<Instruction>();
        foreach (Instruction one in draft.Instructions)
        {
            bool hoists = one.IsFresh && Array.TrueForAll(one.Inputs, input => constant.Contains(input.Storage))
                && Array.TrueForAll(one.Outputs, output => !rewritten.Contains(output.Storage) && output.Storage.Bytes <= MaxBytes);
            if (!hoists)
            {
                varying.Add(one);
                continue;
            }

            draft.Constants.Add(one);
            foreach (Tensor output in one.Outputs) constant.Add(output.Storage);
        }

        draft.Instructions = varying;
    }

    static void Shrink(Draft draft, HashSet<Storage> rewritten)
    {
        var fills = new Dictionary<Storage, Fill>();
        var scalars = new Dictionary<Storage, Tensor>();
        var result = new List<Instruction>();
        foreach (Instruction one in draft.Instructions)
        {
            if (one.Op is Fill fill && one.Outputs[0].Count > 1 && !rewritten.Contains(one.Outputs[0].Storage)) fills[one.Outputs[0].Storage] = fill;
            if (one.Op is not IPointwiseOp || !Array.Exists(one.Inputs, input => fills.ContainsKey(input.Storage)))
            {
                result.Add(one);
                continue;
            }

            result.Add(one with { Inputs = Array.ConvertAll(one.Inputs, input => fills.ContainsKey(input.Storage) ? Repeated(input) : input) });
        }

        draft.Instructions = result;
        DeadCode.Remove(draft);

        Tensor Repeated(Tensor input)
        {
            if (!scalars.TryGetValue(input.Storage, out Tensor? scalar))
            {
                using (Step.Outside()) scalar = Tensor.Allocate(Shape.Scalar, input.DType, input.Device);
                scalars[input.Storage] = scalar;
                draft.Born.Add(scalar.Storage);
                result.Add(new Instruction(fills[input.Storage] with { Shape = Shape.Scalar }, [], [scalar], true));
            }

            return new Tensor(scalar.Layout.Expand(input.Shape), input.DType, scalar.Storage);
        }
    }
}
