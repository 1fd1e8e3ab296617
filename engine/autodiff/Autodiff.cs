namespace Adjoint;

/// <summary>
/// Derivatives of what has been computed. Reverse mode (<see cref="Vjp(ReadOnlySpan{Tensor}, ReadOnlySpan{Tensor}, ReadOnlySpan{Tensor}, bool)"/>) and forward
/// mode (<see cref="Jvp(ReadOnlySpan{Tensor}, ReadOnlySpan{Tensor}, ReadOnlySpan{Tensor}, bool)"/>) walk the same tape and use the rules of the same op table. Rules are
/// tensor expressions, so with <c>keepGraph</c> the result can be differentiated again, any number of times and in any mixture of the modes.
/// </summary>
public static partial class Autodiff
{
    /// <summary>Gradients of a scalar by each variable.</summary>
    /// <param name="loss">A tracked tensor of one element.</param>
    /// <param name="variables">Tensors that the loss was computed from, made by <see cref="Tensor.Variable"/> or tracked themselves.</param>
    /// <param name="keepGraph">Whether the gradients can be differentiated again.</param>
    /// <returns>One tensor for each variable, of its shape; zeros where the loss does not depend on it.</returns>
    /// <exception cref="DerivativeException">The loss is not one number, or a variable is not tracked.</exception>
    public static Tensor[] Gradients(Tensor loss, ReadOnlySpan<Tensor> variables, bool keepGraph = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Count != 1)
            throw new DerivativeException($"Gradients: the loss has shape {loss.Shape}, not one element. Reduce it with Sum() or Mean(), or use Vjp with a cotangent.");
        return Vjp([loss], variables, [loss.OnesLike()], keepGraph);
    }

    /// <summary>Gradient of a scalar by one variable.</summary>
    /// <inheritdoc cref="Gradients"/>
    public static Tensor Gradient(Tensor loss, Tensor variable, bool keepGraph = false) => Gradients(loss, [variable], keepGraph)[0];

    /// <summary>Vector-Jacobian product: pulls cotangents of the outputs back to the inputs.</summary>
    /// <param name="outputs">Computed tensors.</param>
    /// <param name="inputs">Tracked tensors they were computed from.</param>
    /// <param name="cotangents">One for each output, of its shape and dtype.</param>
    /// <param name="keepGraph">Whether the results can be differentiated again.</param>
    /// <returns>Σ cotangentᵀ · ∂output/∂input for each input, of its shape; zeros where nothing depends on it.</returns>
    public static Tensor[] Vjp(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> cotangents, bool keepGraph = false) =>
        Vjp(outputs, inputs, cotangents, keepGraph, cut: false);

    /// <summary>With <paramref name="cut"/>, partial derivatives: nothing flows from one input into another that it was computed from.</summary>
    internal static Tensor[] Vjp(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> cotangents, bool keepGraph, bool cut)
    {
        CheckPairs("Vjp", "cotangent", outputs, cotangents);
        CheckTracked("Vjp", inputs);
        using var recording = Tape.Recording(keepGraph);
        var walk = new Walk(outputs, inputs, cut);
        var gathered = new Dictionary<Node, Tensor?[]>();
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].Node is { } node) Add(gathered, node, outputs[i].NodeOutput, cotangents[i]);
        }

        var rule = new VjpRule();
        for (int n = walk.Nodes.Count - 1; n >= 0; n--)
        {
            Node node = walk.Nodes[n];
            if (!gathered.TryGetValue(node, out Tensor?[]? arriving)) continue;
            var wanted = new bool[node.Inputs.Length];
            for (int i = 0; i < wanted.Length; i++) wanted[i] = walk.Carries(node.Inputs[i]);
            Tensor?[] leaving = rule.Apply(node, arriving, wanted);
            for (int i = 0; i < wanted.Length; i++)
            {
                if (wanted[i] && leaving[i] is { } cotangent) Add(gathered, node.Inputs[i].Source!, node.Inputs[i].SourceOutput, cotangent);
            }
        }

        return Collect(inputs, gathered);
    }

    /// <summary>Jacobian-vector product: pushes tangents of the inputs forward to the outputs.</summary>
    /// <param name="outputs">Computed tensors.</param>
    /// <param name="inputs">Tracked tensors they were computed from.</param>
    /// <param name="tangents">One for each input, of its shape and dtype.</param>
    /// <param name="keepGraph">Whether the results can be differentiated again.</param>
    /// <returns>
    /// Σ ∂output/∂input · tangent for each output, of its shape: the transpose of Vjp, also where one input was computed from another (its own tangent and
    /// what arrives from the other add up).
    /// </returns>
    public static Tensor[] Jvp(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> tangents, bool keepGraph = false) =>
        Jvp(outputs, inputs, tangents, keepGraph, cut: false);

    /// <summary>With <paramref name="cut"/>, partial derivatives: what arrives at an input from another is left out.</summary>
    internal static Tensor[] Jvp(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> tangents, bool keepGraph, bool cut)
    {
        CheckPairs("Jvp", "tangent", inputs, tangents);
        CheckTracked("Jvp", inputs);
        using var recording = Tape.Recording(keepGraph);
        var walk = new Walk(outputs, inputs, cut);
        var gathered = new Dictionary<Node, Tensor?[]>();
        for (int i = 0; i < inputs.Length; i++) Add(gathered, inputs[i].Node!, inputs[i].NodeOutput, tangents[i]);
        var rule = new JvpRule();
        foreach (Node node in walk.Nodes)
        {
            var arriving = new Tensor?[node.Inputs.Length];
            bool any = false;
            for (int i = 0; i < arriving.Length; i++)
            {
                Edge edge = node.Inputs[i];
                if (edge.Source is { } source && gathered.TryGetValue(source, out Tensor?[]? found)) arriving[i] = found[edge.SourceOutput];
                any |= arriving[i] is not null;
            }

            for (int output = 0; any && output < node.Outputs.Length; output++)
            {
                if (rule.Apply(node, arriving, output) is { } tangent) Add(gathered, node, output, tangent);
            }
        }

        return Collect(outputs, gathered);
    }

    static void Add(Dictionary<Node, Tensor?[]> gathered, Node node, int output, Tensor value)
    {
        if (!gathered.TryGetValue(node, out Tensor?[]? slots)) gathered[node] = slots = new Tensor?[node.Outputs.Length];
        slots[output] = slots[output] is { } sum ? sum + value : value;
    }

    static Tensor[] Collect(ReadOnlySpan<Tensor> tensors, Dictionary<Node, Tensor?[]> gathered)
    {
        var results = new Tensor[tensors.Length];
        for (int i = 0; i < results.Length; i++)
        {
            Tensor? found = tensors[i].Node is { } node && gathered.TryGetValue(node, out Tensor?[]? slots) ? slots[tensors[i].NodeOutput] : null;
            results[i] = found ?? tensors[i].ZerosLike();
        }

        return results;
    }

    static void CheckPairs(string name, string role, ReadOnlySpan<Tensor> tensors, ReadOnlySpan<Tensor> partners)
    {
        if (tensors.Length != partners.Length)
            throw new DerivativeException($"{name}: {partners.Length} {role}s for {tensors.Length} tensors. Pass one for each.");
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Shape != partners[i].Shape || tensors[i].DType != partners[i].DType)
                throw new DerivativeException($"{name}: {role} {i} is {partners[i]}, its tensor is {tensors[i]}. Shapes and dtypes must agree.");
        }
    }

    static void CheckTracked(string name, ReadOnlySpan<Tensor> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!inputs[i].IsTracked)
                throw new DerivativeException($"{name}: input {i}, {inputs[i]}, is not tracked. Call Variable() on it before computing with it, or a parameter's Value.");
        }
    }
}
