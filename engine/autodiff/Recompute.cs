namespace Adjoint;

public static partial class Autodiff
{
    /// <summary>
    /// f(inputs) without keeping what f computes on the way: the derivative runs f again (checkpointing). Memory of f's inside is paid only while
    /// its own part of the derivative is taken. Derivatives also flow to tracked tensors that f captures, such as parameters. f must give the same values when run
    /// again: draw random numbers outside and pass them in.
    /// </summary>
    public static Tensor Recompute(Func<Tensor[], Tensor> f, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!Tape.IsRecording) return f(inputs);

        // The first run is taped only to find what f captures; the tape is dropped with the tracked result.
        var variables = new Tensor[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) variables[i] = inputs[i].IsTracked ? inputs[i].Variable() : inputs[i];
        long before = Node.LastId;
        Tensor tracked = f(variables);
        Tensor output = tracked.Alias(tracked.Layout);
        Tensor[] captured = Captured(tracked, variables, before);
        Tape.Record(new RecomputeRule(f, inputs.Length), [.. inputs, .. captured], [output]);
        return output;
    }

    // Tracked tensors older than the run that its nodes refer to. Leaves hold themselves; others are reached through an identity handle.
    static Tensor[] Captured(Tensor result, Tensor[] variables, long before)
    {
        var found = new Dictionary<(Node, int), Tensor>();
        var own = new HashSet<Node>();
        foreach (Tensor variable in variables)
        {
            if (variable.Node is { } node) own.Add(node);
        }

        var stack = new Stack<Node>();
        var seen = new HashSet<Node>();
        Reach(new Edge(result, false));
        while (stack.TryPop(out Node? node))
        {
            foreach (Edge edge in node.Inputs) Reach(edge);
        }

        return [.. found.Values];

        void Reach(in Edge edge)
        {
            if (edge.Source is not { } source || own.Contains(source)) return;
            if (source.Id <= before) found.TryAdd((source, edge.SourceOutput), Handle(edge));
            else if (seen.Add(source)) stack.Push(source);
        }
    }

    // A stand-in that carries the node; its values are never looked at.
    static Tensor Handle(in Edge edge)
    {
        Tensor empty = Tensor.Full(Shape.Scalar, 0, edge.DType, edge.Source!.Device);
        return new Tensor(empty.Layout.Expand(edge.Shape), edge.DType, empty.Storage) { Node = edge.Source, NodeOutput = edge.SourceOutput };
    }
}

/// <summary>
/// The node that stands for a recomputed function: explicit inputs first, then what the function captures. Any of them may have been computed from
/// another; the rest of the tape accounts for that, so the rules give partial derivatives.
/// </summary>
sealed record RecomputeRule(Func<Tensor[], Tensor> Function, int Explicit) : TapeRule
{
    public override string Name => "recompute";

    public override void Vjp(VjpRule rule)
    {
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        var (value, inputs) = Again(rule);
        var wanted = new List<int>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (rule.Needs(i)) wanted.Add(i);
        }

        Tensor[] cotangents = Autodiff.Vjp([value], wanted.ConvertAll(i => inputs[i]).ToArray(), [rule.Cotangent], keep, cut: true);
        for (int i = 0; i < cotangents.Length; i++) rule.Give(wanted[i], cotangents[i]);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        var (value, inputs) = Again(rule);
        var moved = new List<Tensor>();
        var tangents = new List<Tensor>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (rule.Tangent(i) is not { } tangent) continue;
            moved.Add(inputs[i]);
            tangents.Add(tangent);
        }

        return Autodiff.Jvp([value], moved.ToArray(), tangents.ToArray(), keep, cut: true)[0];
    }

    // Runs the function again on fresh variables. Captured tensors keep their own nodes, since the function reaches them by itself.
    (Tensor Value, Tensor[] Inputs) Again(Saved rule)
    {
        var inputs = new Tensor[rule.InputCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor input = rule.Input(i);
            inputs[i] = i < Explicit && input.DType.IsFloat() ? input.Variable() : input;
        }

        return (Function(inputs[..Explicit]), inputs);
    }
}
