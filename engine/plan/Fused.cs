using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A chain of pointwise ops run as one, tile by tile; made when a plan is recorded. The CPU form gives the bits that the ops give one by one.</summary>
sealed record Fused : PlanOp
{
    const ulong RoundAddress = 64;

    /// <summary>The most tensors that a chain reads.</summary>
    public const int MaxInputs = 16;

    readonly TileProgram program;
    readonly string name;
    readonly IPointwiseOp[] ops;
    readonly ChainStep[] steps;

    Fused(string name, IPointwiseOp[] ops, TileProgram program, ChainStep[] steps)
    {
        this.name = name;
        this.ops = ops;
        this.program = program;
        this.steps = steps;
    }

    public override string Name => name;

    /// <summary>The instruction that stands for a chain.</summary>
    /// <param name="chain">Pointwise instructions in order, over the same elements.</param>
    /// <param name="escaping">Whether the result of each is written to memory.</param>
    public static Instruction Make(Instruction[] chain, bool[] escaping)
    {
        Shape domain = chain[^1].Outputs[0].Shape;
        var values = new Dictionary<Storage, int>();
        var inputs = new List<Tensor>();
        HashSet<Storage> made = [.. chain.Select(static one => one.Outputs[0].Storage)];
        var operands = new int[chain.Length][];
        for (int s = 0; s < chain.Length; s++)
        {
            operands[s] = Array.ConvertAll(chain[s].Inputs, input => made.Contains(input.Storage) ? -1 : InputOf(input, chain[s].Outputs[0].Shape));
        }

        int InputOf(Tensor input, Shape shape)
        {
            Tensor seen = new(input.Layout.Expand(shape).Reshape(domain)!.Value, input.DType, input.Storage);
            int known = inputs.FindIndex(other => ReferenceEquals(other.Storage, seen.Storage) && other.DType == seen.DType
                && other.Layout.Offset == seen.Layout.Offset && other.Layout.Strides.SequenceEqual(seen.Layout.Strides));
            if (known >= 0) return known;
            inputs.Add(seen);
            return inputs.Count - 1;
        }

        var outputs = new List<Tensor>();
        var steps = new TileInstruction[chain.Length];
        var deviceSteps = new ChainStep[chain.Length];
        for (int s = 0; s < chain.Length; s++)
        {
            Tensor output = chain[s].Outputs[0];
            for (int i = 0; i < operands[s].Length; i++)
            {
                if (operands[s][i] < 0) operands[s][i] = values[chain[s].Inputs[i].Storage];
            }

            values[output.Storage] = inputs.Count + s;
            int x = operands[s][0], y = operands[s].Length > 1 ? operands[s][1] : x, z = operands[s].Length > 2 ? operands[s][2] : x;
            var op = (IPointwiseOp)chain[s].Op;
            int target = escaping[s] ? outputs.Count : -1;
            steps[s] = new TileInstruction(op.Step(chain[s].Inputs), x, y, z, output.DType.Size(), target);
            deviceSteps[s] = new ChainStep(op.ChainStep.Kind, op.ChainStep.Operator, x, y, z, TypedKernels.Element(output.DType), target);
            if (escaping[s]) outputs.Add(output);
        }

        TileInput[] places = [.. inputs.Select(static input => new TileInput(input.DType.Size(), input.Layout.Strides.ToArray()))];
        var program = new TileProgram(domain.Sizes, places, steps);
        var fused = new Fused(string.Join("+", chain.Select(static one => one.Op.Name)), [.. chain.Select(static one => (IPointwiseOp)one.Op)], program, deviceSteps);
        return new Instruction(fused, [.. inputs], [.. outputs], true);
    }

    /// <summary>Whether an output may be written over the memory of an input.</summary>
    public bool MayOverwrite(int input, int output) => program.MayOverwrite(input, output);

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) =>
        new Call(program, Array.ConvertAll(inputs, static input => input.Address()), Array.ConvertAll(outputs, static output => output.Address()));

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        // Reading is planned from a round address below the first element.
        var operands = new ChainOperand[inputs.Length];
        for (int i = 0; i < operands.Length; i++)
            operands[i] = new ChainOperand(inputs[i].Layout.Strides.ToArray(), (long)(inputs[i].DeviceAddress % RoundAddress) / inputs[i].DType.Size());
        var layout = new ChainLayout(inputs.IsEmpty ? outputs[0].Shape.Sizes : inputs[0].Shape.Sizes, operands);
        var places = new ChainInput[inputs.Length];
        for (int i = 0; i < places.Length; i++) places[i] = new ChainInput(TypedKernels.Element(inputs[i].DType), layout.Access[i]);
        var kernel = new ChainKernel(places, steps);
        KernelCall call = queue.Call(kernel, kernel.Grid(outputs[0].Count, queue.BlockThreads));
        for (int i = 0; i < operands.Length; i++)
        {
            long size = inputs[i].DType.Size(), moved = (layout.First(i) - operands[i].Offset) * size;
            ulong address = inputs[i].DeviceAddress + (ulong)moved, end = inputs[i].Storage.DeviceAddress + (ulong)inputs[i].Storage.Bytes;
            call = call.View(address, (long)(end - address) / size);
        }

        call = call.Dense(outputs).Value((long)outputs[0].Count).Axes(layout);
        foreach (IPointwiseOp op in ops) call = op.AddOperator(call);
        call.Run();
    }

    sealed class Call(TileProgram program, nint[] from, nint[] to) : PlannedCall
    {
        public override void Run() => program.Run(from, to);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)steps.Length * outputs[0].Count;
}
