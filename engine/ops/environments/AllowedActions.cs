using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Which actions, or which ways back, each of a batch of states [rows, cells] allows: bool [rows, actions].</summary>
/// <param name="Environment">The rules.</param>
/// <param name="Back">Whether ways back are asked for.</param>
public sealed record AllowedActions<TEnvironment>(TEnvironment Environment, bool Back) : Op where TEnvironment : unmanaged, IEnvironment
{
    public override string Name => Back ? "allowed_back" : "allowed_actions";

    public override Saves Saves => Saves.Nothing;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        EnvironmentChecks.RequireStates(Name, inputs[0], Environment.Cells);
        return new Signature([inputs[0].Shape[0], Back ? Environment.BackwardActions : Environment.Actions], DType.Bool);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (long* states = &inputs[0].First<long>())
        fixed (bool* mask = &outputs[0].First<bool>())
            EnvironmentKernel.Allowed(Environment, Back, states, mask, inputs[0].Shape[0]);
    }

    static readonly KernelReference Kernel = new("environment_allowed", typeof(TEnvironment));

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0];
        queue.Call(Kernel, rows).Value(Environment).Dense(inputs).Dense(outputs).Value(rows).Value(Back ? 1 : 0).Run();
    }
}
