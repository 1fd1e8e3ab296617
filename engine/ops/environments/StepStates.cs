using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The states [rows, cells] behind one action each (i64 [rows]), or on one way back each, and what undoes it (i64 [rows]): the way back of an action, -1 if it left the graph; the action of a way back.
/// An action of -1 leaves its state as it is.
/// </summary>
/// <param name="Environment">The rules.</param>
/// <param name="Back">Whether the actions are ways back.</param>
public sealed record StepStates<TEnvironment>(TEnvironment Environment, bool Back) : Op where TEnvironment : unmanaged, IEnvironment
{
    public override string Name => Back ? "step_back" : "step_states";

    public override int OutputCount => 2;

    public override Saves Saves => Saves.Nothing;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        EnvironmentChecks.RequireStates(Name, inputs[0], Environment.Cells);
        Require.Type(Name, "the actions", inputs[1], DType.I64);
        if (inputs[1].Rank != 1 || inputs[1].Shape[0] != inputs[0].Shape[0])
            throw new ShapeException($"{Name}: actions {inputs[1].Shape} are not one for each of the states {inputs[0].Shape}. Pass i64 [{inputs[0].Shape[0]}].");
        return new Signature(output == 0 ? inputs[0].Shape : inputs[1].Shape, DType.I64);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (long* states = &inputs[0].First<long>(), actions = &inputs[1].First<long>(), next = &outputs[0].First<long>(), ways = &outputs[1].First<long>())
            Step(states, actions, next, ways, inputs[0].Shape[0]);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => new Call(this, inputs, outputs);

    unsafe void Step(long* states, long* actions, long* next, long* ways, int rows)
    {
        int fault = EnvironmentKernel.Step(Environment, Back, states, actions, next, ways, rows);
        if (fault >= 0) throw new ActionFault(Name).Describe(fault);
    }

    sealed unsafe class Call(StepStates<TEnvironment> op, Tensor[] inputs, Tensor[] outputs) : PlannedCall
    {
        readonly long* states = (long*)inputs[0].Address(), actions = (long*)inputs[1].Address(), next = (long*)outputs[0].Address(), ways = (long*)outputs[1].Address();
        readonly int rows = inputs[0].Shape[0];

        public override void Run() => op.Step(states, actions, next, ways, rows);
    }

    static readonly KernelReference Kernel = new("environment_step", typeof(TEnvironment));

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0];
        ulong fault = queue.Watch(new ActionFault(Name));
        queue.Call(Kernel, rows).Value(Environment).Dense(inputs).Dense(outputs).View(fault, 1).Value(rows).Value(Back ? 1 : 0).Run();
    }
}

/// <summary>An action that its state does not allow; the code is its row.</summary>
/// <param name="Op">Name of the op.</param>
sealed record ActionFault(string Op) : DeviceFault
{
    public override AdjointException Describe(int code) =>
        new ShapeException($"{Op}: the action of row {code} is none that its state allows. Mask the logits with the allowed actions before drawing.");
}
