namespace Adjoint;

/// <summary>Keeps one of several instructions that apply the same op to the same numbers. Draws differ by the state of their generator, which each one moves on.</summary>
static class CommonSubexpressions
{
    public static void Merge(Draft draft)
    {
        HashSet<Storage> rewritten = draft.Rewritten();
        HashSet<Storage> returned = draft.Returned();
        var writes = new Dictionary<Storage, int>();
        var known = new Dictionary<Key, Instruction>();
        var places = new Dictionary<Storage, (Storage Storage, int Start)>();
        var kept = new List<Instruction>();
        foreach (Instruction one in draft.Instructions)
        {
            if (!one.IsFresh)
            {
                foreach (Tensor output in one.Outputs) writes[output.Storage] = writes.GetValueOrDefault(output.Storage) + 1;
            }
            else if (!Array.Exists(one.Outputs, output => rewritten.Contains(output.Storage) || returned.Contains(output.Storage)))
            {
                var key = new Key(one, places, writes);
                if (known.TryGetValue(key, out Instruction? same))
                {
                    for (int i = 0; i < one.Outputs.Length; i++) places[one.Outputs[i].Storage] = (same.Outputs[i].Storage, 0);
                    continue;
                }

                known[key] = one;
            }

            kept.Add(one);
        }

        draft.Instructions = kept;
        draft.Move(places);
    }

    // An op and its inputs, each by memory, count of writes to it so far, and layout.
    readonly struct Key : IEquatable<Key>
    {
        readonly Op op;
        readonly Device device;
        readonly (Storage Storage, int Writes, Layout Layout, DType DType)[] inputs;

        public Key(Instruction one, Dictionary<Storage, (Storage Storage, int Start)> places, Dictionary<Storage, int> writes)
        {
            op = one.Op;
            device = one.Outputs[0].Device;
            inputs = Array.ConvertAll(one.Inputs, input =>
            {
                Storage storage = places.TryGetValue(input.Storage, out var place) ? place.Storage : input.Storage;
                return (storage, writes.GetValueOrDefault(storage), input.Layout, input.DType);
            });
        }

        public bool Equals(Key other)
        {
            if (!op.Equals(other.op) || device != other.device || inputs.Length != other.inputs.Length) return false;
            for (int i = 0; i < inputs.Length; i++)
            {
                var (a, b) = (inputs[i], other.inputs[i]);
                if (!ReferenceEquals(a.Storage, b.Storage) || a.Writes != b.Writes || a.DType != b.DType) return false;
                if (a.Layout.Shape != b.Layout.Shape || a.Layout.Offset != b.Layout.Offset || !a.Layout.Strides.SequenceEqual(b.Layout.Strides)) return false;
            }

            return true;
        }

        public override bool Equals(object? other) => other is Key key && Equals(key);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(op);
            foreach (var input in inputs) hash.Add((input.Storage, input.Writes, input.Layout.Shape.Elements, input.Layout.Offset));
            return hash.ToHashCode();
        }
    }
}
