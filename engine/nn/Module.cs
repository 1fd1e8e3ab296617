namespace Adjoint;

/// <summary>
/// A part of a model: parameters of its own and modules within it, both named by its constructor with <see cref="Add"/> and <see cref="Child"/>.
/// Parameters get memory and values when a <see cref="ParameterSet"/> is made of the outermost module.
/// </summary>
/// <example><code>
/// sealed class Gate : Layer
/// {
///     readonly Linear inner;
///     readonly Parameter slope;
///
///     public Gate(int width)
///     {
///         inner = Child("inner", new Linear(width, width));
///         slope = Add("slope", [width], Initializers.Ones);
///     }
///
///     public override Tensor Forward(Tensor x) =&gt; x * (inner.Forward(x) * slope.Value).Sigmoid();
/// }
/// </code></example>
public abstract class Module
{
    readonly List<Parameter> own = [];
    readonly List<ModuleBuffer> buffers = [];
    readonly List<(string Name, Module Module)> children = [];
    bool training = true;

    /// <summary>
    /// Whether the model is being trained rather than used; dropout looks at it. Setting it sets it in all modules within. True at first.
    /// </summary>
    public bool Training
    {
        get => training;
        set
        {
            training = value;
            foreach (var (_, child) in children) child.Training = value;
        }
    }

    /// <summary>
    /// All parameters, own ones first, then those of modules within, in the order of their registration; one that is shared is listed once.
    /// </summary>
    public IEnumerable<Parameter> Parameters => NamedParameters.Select(static pair => pair.Parameter);

    /// <summary>All parameters with their names as seen from this module, joined by dots: <c>layers.0.weight</c>.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters
    {
        get
        {
            var found = new List<(string, Parameter)>();
            Collect("", found, []);
            return found;
        }
    }

    /// <summary>All buffers with their names as seen from this module, joined by dots, in the order of parameters: <c>norm.running_mean</c>.</summary>
    public IEnumerable<(string Name, ModuleBuffer Buffer)> NamedBuffers
    {
        get
        {
            var found = new List<(string, ModuleBuffer)>();
            CollectBuffers("", found, []);
            return found;
        }
    }

    /// <summary>Number of learned numbers.</summary>
    public long ParameterCount => Parameters.Sum(static parameter => (long)parameter.Shape.Elements);

    /// <summary>Registers a parameter of this module.</summary>
    /// <exception cref="SettingException">The name is empty or taken.</exception>
    protected Parameter Add(string name, Shape shape, Initializer initializer)
    {
        CheckName(name);
        ArgumentNullException.ThrowIfNull(initializer);
        var parameter = new Parameter(name, shape, initializer);
        own.Add(parameter);
        return parameter;
    }

    /// <summary>Registers state that is saved with the parameters but not learned.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Sizes of its axes.</param>
    /// <param name="value">What its numbers are at first.</param>
    /// <param name="type">Its dtype; that of the parameters unless given.</param>
    /// <exception cref="SettingException">The name is empty or taken.</exception>
    protected ModuleBuffer AddBuffer(string name, Shape shape, double value, DType? type = null)
    {
        CheckName(name);
        var buffer = new ModuleBuffer(name, shape, value, type);
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Registers a module within this one and returns it.</summary>
    /// <exception cref="SettingException">The name is empty or taken.</exception>
    protected TModule Child<TModule>(string name, TModule module) where TModule : Module
    {
        CheckName(name);
        ArgumentNullException.ThrowIfNull(module);
        children.Add((name, module));
        return module;
    }

    void Collect(string prefix, List<(string, Parameter)> found, HashSet<Parameter> seen)
    {
        foreach (Parameter parameter in own)
        {
            if (seen.Add(parameter)) found.Add((prefix + parameter.LocalName, parameter));
        }

        foreach (var (name, child) in children) child.Collect($"{prefix}{name}.", found, seen);
    }

    void CollectBuffers(string prefix, List<(string, ModuleBuffer)> found, HashSet<ModuleBuffer> seen)
    {
        foreach (ModuleBuffer buffer in buffers)
        {
            if (seen.Add(buffer)) found.Add((prefix + buffer.LocalName, buffer));
        }

        foreach (var (name, child) in children) child.CollectBuffers($"{prefix}{name}.", found, seen);
    }

    void CheckName(string name)
    {
        if (string.IsNullOrEmpty(name) || name[0] == '.' || name[^1] == '.')
            throw new SettingException($"{GetType().Name}: '{name}' is not a name of a parameter or module. Use one that is not empty and neither begins nor ends with a dot.");
        if (own.Exists(parameter => parameter.LocalName == name) || buffers.Exists(buffer => buffer.LocalName == name) || children.Exists(child => child.Name == name))
            throw new SettingException($"{GetType().Name}: the name '{name}' is registered twice. Choose another.");
    }
}

/// <summary>A module that maps one tensor to one tensor.</summary>
public abstract class Layer : Module
{
    /// <summary>Applies the layer.</summary>
    public abstract Tensor Forward(Tensor x);
}
