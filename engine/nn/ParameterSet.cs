namespace Adjoint;

/// <summary>
/// The parameters of a model in one flat buffer, so that an optimiser's step, an average or a copy is one pass over memory. Each parameter is a view
/// that starts at a cache line; gaps hold zeros. Each is initialised from the key split by its full name: adding a layer leaves the first values of
/// all others as they were.
/// </summary>
public sealed class ParameterSet : IHasState
{
    const int CacheLine = 64;

    readonly Parameter[] parameters;
    readonly ModuleBuffer[] buffers;
    readonly Tensor[] values;
    readonly int[] starts;

    /// <summary>Gives memory and first values to the parameters of a module.</summary>
    /// <param name="module">The outermost module; its registrations give the names. Several models go into a <see cref="Composite"/>.</param>
    /// <param name="key">Key of the first values.</param>
    /// <param name="dtype">f32 or f64.</param>
    /// <param name="groups">Groups of their own learning rate or decay; a parameter belongs to the first that selects it, or to none.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <exception cref="SettingException">There are no parameters, one belongs to a set already, or a group selects none.</exception>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    public ParameterSet(Module module, Key key, DType dtype = DType.F32, IReadOnlyList<ParameterGroup>? groups = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (!dtype.IsFloat()) throw new DTypeException($"ParameterSet: parameters cannot be {dtype.Name()}. Use f32 or f64.");
        var named = module.NamedParameters.ToArray();
        if (named.Length == 0) throw new SettingException($"ParameterSet: {module.GetType().Name} has no parameters. Register them with Add or Child.");
        foreach (var (name, parameter) in named)
        {
            if (parameter.IsBound) throw new SettingException($"ParameterSet: {name} belongs to a set already. Make one set of the outermost module.");
        }

        var state = module.NamedBuffers.ToArray();
        foreach (var (name, buffer) in state)
        {
            if (buffer.IsBound) throw new SettingException($"ParameterSet: {name} belongs to a set already. Make one set of the outermost module.");
        }

        DType = dtype;
        var placed = new List<(string Name, Parameter Parameter, int Start)>();
        Ranges = Place([.. groups ?? [], new ParameterGroup(static _ => true)], named, placed);
        Length = Ranges[^1].Start + Ranges[^1].Length;
        Flat = StateMemory.Zeros([Length], dtype, device ?? Settings.DefaultDevice);
        parameters = [.. placed.Select(static one => one.Parameter)];
        starts = [.. placed.Select(static one => one.Start)];
        values = new Tensor[parameters.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var (name, parameter, _) = placed[i];
            Tensor view = View(Flat, i);
            StateMemory.Transfer(First(name, parameter, key), view);
            values[i] = view.Variable();
            parameter.Bind(name, values[i]);
        }

        buffers = [.. state.Select(static one => one.Buffer)];
        foreach (var (name, buffer) in state) buffer.Bind(name, dtype, Flat.Device);
    }

    /// <summary>All parameters in one buffer, one axis, gaps included.</summary>
    public Tensor Flat { get; }

    /// <summary>Type of the parameters.</summary>
    public DType DType { get; }

    /// <summary>Elements of the flat buffer, gaps included.</summary>
    public int Length { get; }

    /// <summary>Number of learned numbers, gaps not included.</summary>
    public long Count => parameters.Sum(static parameter => (long)parameter.Shape.Elements);

    /// <summary>The parameters in the order of the buffer: that of registration, group by group.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Values of the parameters in the order of the buffer, for <see cref="Autodiff.Gradients"/>.</summary>
    public ReadOnlySpan<Tensor> Values => values;

    /// <summary>The stretches that groups take up, in order; together they are the whole buffer.</summary>
    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>State of the modules that is not learned, such as running statistics.</summary>
    public IReadOnlyList<ModuleBuffer> Buffers => buffers;

    /// <summary>The values of each parameter by its full name, then those of each buffer.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [.. Views(Flat), .. buffers.Select(static buffer => (buffer.Name, buffer.Value))];

    /// <summary>Whether the buffer holds other values for a while; see <see cref="WeightAverage.Swap"/>.</summary>
    internal bool IsSwapped { get; set; }

    /// <summary>Elements between the places at which parameters may start.</summary>
    internal int Alignment => CacheLine / DType.Size();

    /// <summary>The parameter of a full name.</summary>
    /// <exception cref="SettingException">No parameter has the name.</exception>
    public Parameter this[string name] => Array.Find(parameters, parameter => parameter.Name == name)
        ?? throw new SettingException($"No parameter is named '{name}'. There are: {string.Join(", ", parameters.Select(static parameter => parameter.Name))}.");

    /// <summary>Overwrites all values, by full name.</summary>
    /// <inheritdoc cref="IHasState.Load"/>
    public void Load(IReadOnlyDictionary<string, Tensor> state) => StateMemory.Load("ParameterSet", State, state);

    /// <summary>
    /// Overwrites all values, buffers included, with those of another set of the same names and shapes: how a target network follows. Works inside recorded steps.
    /// </summary>
    /// <exception cref="ShapeException">The sets differ in names, shapes or order.</exception>
    public void CopyFrom(ParameterSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckSameLayout(other);
        other.Flat.CopyInto(Flat);
        for (int i = 0; i < buffers.Length; i++) other.buffers[i].Value.CopyInto(buffers[i].Value);
    }

    /// <summary>Writes gradients, one for each of the values, into a buffer that lies as this set does.</summary>
    /// <param name="caller">The user's call, for errors.</param>
    /// <param name="gradients">The gradients.</param>
    /// <param name="flat">The buffer.</param>
    internal void PackGradients(string caller, ReadOnlySpan<Tensor> gradients, Tensor flat)
    {
        if (gradients.Length != values.Length)
            throw new ShapeException($"{caller}: {gradients.Length} gradients for {values.Length} parameters. Pass one for each of the set's Values.");
        for (int i = 0; i < values.Length; i++)
        {
            if (gradients[i].Shape != values[i].Shape)
                throw new ShapeException($"{caller}: the gradient of {Parameters[i]} has shape {gradients[i].Shape}. Pass one for each of the set's Values, in order.");
            Require.Type(caller, $"the gradient of {Parameters[i].Name}", gradients[i], DType);
        }

        Dispatch.RunInto(new Pack(Alignment, Length), gradients, [flat]);
    }

    /// <summary>Views of a buffer that lies as this set does, one for each parameter.</summary>
    internal IEnumerable<(string Name, Tensor Value)> Views(Tensor flat, string prefix = "") =>
        parameters.Select((parameter, i) => (prefix + parameter.Name, View(flat, i)));

    Tensor View(Tensor flat, int index) => flat.Slice(0, starts[index], starts[index] + parameters[index].Shape.Elements).Reshape(parameters[index].Shape);

    void CheckSameLayout(ParameterSet other)
    {
        bool same = parameters.Length == other.parameters.Length && buffers.Length == other.buffers.Length && DType == other.DType;
        for (int i = 0; same && i < parameters.Length; i++)
            same = parameters[i].Name == other.parameters[i].Name && parameters[i].Shape == other.parameters[i].Shape && starts[i] == other.starts[i];
        for (int i = 0; same && i < buffers.Length; i++) same = buffers[i].Name == other.buffers[i].Name && buffers[i].Shape == other.buffers[i].Shape;
        if (!same) throw new ShapeException($"CopyFrom: the sets of {other.parameters.Length} and {parameters.Length} parameters differ in names, shapes, order or dtype. Make both from the same module.");
    }

    List<ParameterRange> Place(ParameterGroup[] groups, (string Name, Parameter Parameter)[] named, List<(string, Parameter, int)> placed)
    {
        var ranges = new List<ParameterRange>();
        var taken = new HashSet<Parameter>();
        int end = 0;
        foreach (ParameterGroup group in groups)
        {
            int start = end;
            foreach (var (name, parameter) in named)
            {
                if (taken.Contains(parameter) || !group.Selects(name, parameter)) continue;
                taken.Add(parameter);
                placed.Add((name, parameter, end));
                long next = end + (long)parameter.Shape.Elements;
                if (next > Array.MaxLength - Alignment)
                    throw new ShapeException($"ParameterSet: {named.Sum(static one => (long)one.Parameter.Shape.Elements)} parameters do not fit in one buffer. Make the model smaller.");
                end = Pack.Align((int)next, Alignment);
            }

            if (end > start) ranges.Add(new ParameterRange(group, start, end - start));
            else if (group != groups[^1]) throw new SettingException($"ParameterSet: group {Array.IndexOf(groups, group)} selects no parameter that an earlier one has not. Check its names or module.");
        }

        return ranges;
    }

    Tensor First(string name, Parameter parameter, Key key)
    {
        Tensor first = parameter.Initializer(parameter.Shape, DType, new Generator(key.Split(name)));
        if (first.Shape == parameter.Shape && first.DType == DType) return first;
        throw new ShapeException($"ParameterSet: the initialiser of {name} gave {first}, not {DType.Name()}{parameter.Shape}. Return the shape and dtype it is asked for.");
    }
}
