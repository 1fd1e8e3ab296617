namespace Adjoint;

/// <summary>Something whose tensors a checkpoint holds: parameters, an optimiser, an average.</summary>
public interface IHasState
{
    /// <summary>The tensors by name, as they are now; views, not copies.</summary>
    IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Overwrites all tensors, by name. Nothing is changed unless everything fits.</summary>
    /// <exception cref="DataException">A name is missing, or is there without meaning anything.</exception>
    /// <exception cref="ShapeException">A shape differs.</exception>
    /// <exception cref="DTypeException">A dtype differs.</exception>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    void Load(IReadOnlyDictionary<string, Tensor> state);
}

/// <summary>Tensors that outlive steps.</summary>
static class StateMemory
{
    /// <summary>Zeros outside of the current step's memory.</summary>
    public static Tensor Zeros(Shape shape, DType dtype, Device device)
    {
        Recorder.Forbid("State is made", "Make parameters, optimisers and averages before the step.");
        using var outside = Step.Outside();
        return Tensor.Zeros(shape, dtype, device);
    }

    /// <summary>Checks all names, shapes and dtypes, then copies.</summary>
    public static void Load(string owner, IEnumerable<(string Name, Tensor Value)> own, IReadOnlyDictionary<string, Tensor> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        Recorder.Forbid($"{owner}.Load brings values in", "Load before the step.");
        var targets = own.ToArray();
        string[] missing = [.. targets.Where(target => !given.ContainsKey(target.Name)).Select(static target => target.Name)];
        if (missing.Length > 0) throw new DataException($"{owner}: {Names(missing)} missing from the state. Load one that was saved from the same model.");
        var known = targets.Select(static target => target.Name).ToHashSet();
        string[] extra = [.. given.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)];
        if (extra.Length > 0) throw new DataException($"{owner}: the state holds {Names(extra)} unknown here. Remove them, or load it into the model it was saved from.");
        foreach (var (name, target) in targets)
        {
            Tensor value = given[name];
            if (value.Shape != target.Shape)
                throw new ShapeException($"{owner}: {name} has shape {target.Shape}, the state gives {value.Shape}. Load one that was saved from the same model.");
            if (value.DType != target.DType)
                throw new DTypeException($"{owner}: {name} is {target.DType.Name()}, the state gives {value.DType.Name()}. Convert it with To(DType.{target.DType}).");
        }

        foreach (var (name, target) in targets) Transfer(given[name], target);
    }

    /// <summary>Copies between any two devices.</summary>
    public static void Transfer(Tensor source, Tensor target)
    {
        switch (source.DType)
        {
            case DType.F32: target.Write<float>(source.Read<float>()); break;
            case DType.F64: target.Write<double>(source.Read<double>()); break;
            case DType.I32: target.Write<int>(source.Read<int>()); break;
            case DType.I64: target.Write<long>(source.Read<long>()); break;
            default: target.Write<bool>(source.Read<bool>()); break;
        }
    }

    static string Names(string[] names) =>
        $"'{string.Join("', '", names.Take(3))}'{(names.Length > 3 ? $" and {names.Length - 3} more" : "")}{(names.Length == 1 ? " is" : " are")}";
}
