namespace Adjoint;

/// <summary>Lets what a <see cref="Pack"/> would copy into its buffer be computed there: gradients come to lie beside each other without a copy.</summary>
static class PackInPlace
{
    public static void Apply(Draft draft)
    {
        HashSet<Storage> rewritten = draft.Rewritten();
        HashSet<Storage> returned = draft.Returned();
        var places = new Dictionary<Storage, (Storage Storage, int Start)>();
        for (int i = 0; i < draft.Instructions.Count; i++)
        {
            Instruction one = draft.Instructions[i];
            if (one.Op is not Pack pack || !IsOnlyWriter(draft, i)) continue;
            Tensor buffer = one.Outputs[0];
            foreach (var (input, position) in Places(pack, one))
            {
                bool whole = input.Layout.IsContiguous && input.Layout.Offset == 0 && input.Storage.Bytes == input.Count * input.DType.Size();
                if (whole && input.Count > 0 && draft.Born.Contains(input.Storage) && !rewritten.Contains(input.Storage) && !returned.Contains(input.Storage)
                    && !places.ContainsKey(input.Storage) && IsComputedInReplay(draft, input.Storage))
                {
                    int size = input.DType.Size();
                    places[input.Storage] = (buffer.Storage.Part((buffer.Layout.Offset + position) * size, input.Count * size), 0);
                }
            }
        }

        draft.Move(places);
    }

    /// <summary>Drops packs that have nothing left to copy.</summary>
    public static void RemoveEmpty(Draft draft) => draft.Drop(static one => one.Op is Pack pack && HasNothingToCopy(pack, one));

    static bool HasNothingToCopy(Pack pack, Instruction one)
    {
        Tensor buffer = one.Outputs[0];
        return Places(pack, one).All(place =>
            place.Input.Count == 0 || place.Input.Storage.IsPartOf(buffer.Storage, (buffer.Layout.Offset + place.Position) * buffer.DType.Size()));
    }

    // Where in the buffer each input belongs, in elements.
    static IEnumerable<(Tensor Input, int Position)> Places(Pack pack, Instruction one)
    {
        int position = 0;
        foreach (Tensor input in one.Inputs)
        {
            position = Pack.Align(position, pack.Alignment);
            yield return (input, position);
            position += input.Count;
        }
    }

    // Nothing else writes the buffer, and nothing reads it before it is packed: then its old content is not missed.
    static bool IsOnlyWriter(Draft draft, int index)
    {
        Storage buffer = draft.Instructions[index].Outputs[0].Storage;
        for (int i = 0; i < draft.Instructions.Count; i++)
        {
            Instruction other = draft.Instructions[i];
            if (i != index && Array.Exists(other.Outputs, output => ReferenceEquals(output.Storage, buffer))) return false;
            if (i <= index && Array.Exists(other.Inputs, input => ReferenceEquals(input.Storage, buffer))) return false;
        }

        return !draft.Born.Contains(buffer);
    }

    static bool IsComputedInReplay(Draft draft, Storage storage) =>
        draft.Instructions.Exists(one => one.IsFresh && Array.Exists(one.Outputs, output => ReferenceEquals(output.Storage, storage)));
}
