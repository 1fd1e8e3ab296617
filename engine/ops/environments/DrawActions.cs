using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// An action (i64 [rows]) for each state, from a tempered softmax over those that it allows, mixed with the uniform law over them; -1 where there is none. Inputs: the generator's state, states [rows, cells],
/// logits [rows, actions] without gaps in a row, ε f32 [1], the inverse temperature [1], and perhaps gates i64 [rows], below 0 for rows that draw nothing.
/// </summary>
/// <param name="Environment">The rules.</param>
public sealed record DrawActions<TEnvironment>(TEnvironment Environment) : RandomOp where TEnvironment : unmanaged, IEnvironment
{
    public override string Name => "draw_actions";

    public override ulong Blocks(ReadOnlySpan<Tensor> inputs) => BlocksOf(DType.F32, inputs[1].Shape[0]) + BlocksOf(inputs[2].DType, inputs[2].Count);

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor states = inputs[1], logits = inputs[2];
        EnvironmentChecks.RequireStates(Name, states, Environment.Cells);
        int rows = states.Shape[0];
        Require.Float(Name, logits);
        if (logits.Rank != 2 || logits.Shape[0] != rows || logits.Shape[1] != Environment.Actions)
            throw new ShapeException($"{Name}: logits {logits.Shape} are not [{rows}, {Environment.Actions}]. Pass one row of logits, one for each action, for each state.");
        Require.Type(Name, "the exploration", inputs[3], DType.F32);
        Require.SameType(Name, logits, inputs[4]);
        if (inputs[3].Count != 1 || inputs[4].Count != 1) throw new ShapeException($"{Name}: exploration {inputs[3].Shape} and inverse temperature {inputs[4].Shape} are not one number each. Pass shape [1].");
        if (inputs.Length > 5)
        {
            Require.Type(Name, "the gates", inputs[5], DType.I64);
            if (inputs[5].Rank != 1 || inputs[5].Shape[0] != rows) throw new ShapeException($"{Name}: gates {inputs[5].Shape} are not one for each of {rows} states. Pass i64 [{rows}].");
        }

        return new Signature([rows], DType.I64);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[2].DType == DType.F32) Run<float>(inputs, outputs[0]);
        else Run<double>(inputs, outputs[0]);
    }

    unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, Tensor chosen) where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (long* generator = &inputs[0].First<long>(), states = &inputs[1].First<long>(), gates = &inputs[^1].First<long>(), target = &chosen.First<long>())
        fixed (T* logits = &inputs[2].First<T>(), inverseTemperature = &inputs[4].First<T>())
        fixed (float* exploration = &inputs[3].First<float>())
            new Operands<T>(generator, states, logits, inputs[2].Layout.Strides[0], exploration, inverseTemperature, inputs.Length > 5 ? gates : null, target, chosen.Count).Draw(Environment);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => inputs[2].DType == DType.F32 ? new Call<float>(Environment, inputs, outputs[0]) : new Call<double>(Environment, inputs, outputs[0]);

    sealed unsafe class Call<T>(TEnvironment environment, Tensor[] inputs, Tensor chosen) : PlannedCall where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Operands<T> operands = new(
            (long*)inputs[0].Address(), (long*)inputs[1].Address(), (T*)inputs[2].Address(), inputs[2].Layout.Strides[0], (float*)inputs[3].Address(), (T*)inputs[4].Address(),
            inputs.Length > 5 ? (long*)inputs[5].Address() : null, (long*)chosen.Address(), chosen.Count);

        public override void Run() => operands.Draw(environment);
    }

    readonly unsafe struct Operands<T>(long* generator, long* states, T* logits, int stride, float* exploration, T* inverseTemperature, long* gates, long* chosen, int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Draw(TEnvironment environment) =>
            EnvironmentKernel.Draw(environment, states, logits, stride, *exploration, *inverseTemperature, gates, chosen, rows, Position(generator));
    }

    static readonly TypedKernels Kernels = new("environment_draw", [typeof(TEnvironment)]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor logits = inputs[2];
        int rows = outputs[0].Count;
        ulong dense = logits.Layout.IsContiguous ? logits.DeviceAddress : queue.Dense(logits);
        KernelCall call = queue.Call(Kernels.Of(logits.DType), rows).Value(Environment).Dense(inputs[..2]).View(dense, logits.Count).Dense(inputs[3]).Dense(inputs[4]);
        call = inputs.Length > 5 ? call.Dense(inputs[5]) : call.Nothing();
        call.Dense(outputs[0]).Value(rows).Value(inputs.Length > 5 ? 1 : 0).Run();
    }
}
