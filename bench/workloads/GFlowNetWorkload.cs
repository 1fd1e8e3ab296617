namespace Adjoint.Bench;

/// <summary>
/// gflownet-20x4: hypergrid 20^4, trajectory balance on policy, batch 16, policy 80-256-256-5 with ReLU, uniform backward policy, Adam 1e-3 and 1e-1 for log Z. One step
/// samples 16 trajectories to their ends, then takes the gradient at all visited positions in one pass.
/// </summary>
sealed class GFlowNetWorkload : Workload
{
    const int Dimensions = 4, Side = 20, Batch = 16;

    // Plans are recorded for whole multiples of so many rows, not for every number of live trajectories or visits.
    const int SampleRows = 4, HistoryRows = 32;

    // The first layer adds up the rows of its weight that a position names: one for each coordinate.
    readonly HotLinear first = new(Dimensions * Side, 256);
    readonly Mlp rest = new([256, 256, Dimensions + 1], Activation.Relu);
    readonly Total total = new();
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly HypergridBatch batch = new(Batch, Dimensions, Side);

    public GFlowNetWorkload(DType type) : base(type)
    {
        parameters = Weights("weights", new Composite(("first", first), ("rest", rest), ("total", total)), [new ParameterGroup(total, learningRateScale: 100)]);
        optimizer = new Adam(parameters, 1e-3);
    }

    public override IReadOnlyList<ParameterSet> Parameters => [parameters];

    public override Tensor Step() => Iterate(inputs => Actions(inputs), inputs => Learn(inputs));

    public override Func<Tensor> Planned()
    {
        var actions = new PlannedFunction(Actions);
        var learn = new PlannedFunction(Learn);
        return () => Iterate(inputs => actions.Run(inputs), inputs => learn.Run(inputs));
    }

    delegate ReadOnlySpan<Tensor> Function(Tensor[] inputs);

    Tensor Iterate(Function actions, Function learn)
    {
        batch.Reset();
        while (batch.Live > 0)
        {
            int rows = (batch.Live + SampleRows - 1) / SampleRows * SampleRows;
            batch.Move(actions([Tensor.From(batch.Positions(rows), [rows, Dimensions])])[0].Read<long>());
        }

        int visits = (batch.Visits + HistoryRows - 1) / HistoryRows * HistoryRows;
        var history = batch.History(visits);
        return learn([
            Tensor.From(history.Positions, [visits, Dimensions]), Tensor.From(history.Actions), Tensor.From(history.Owners), Tensor.From(batch.Targets).To(Type)])[0];
    }

    Tensor[] Actions(Tensor[] inputs)
    {
        using var paused = Autodiff.Pause();
        return [Generator.Categorical(Logits(inputs[0]).To(DType.F32))];
    }

    Tensor[] Learn(Tensor[] inputs)
    {
        Tensor taken = Logits(inputs[0]).LogSoftmax().TakeAlong(1, inputs[1].Unsqueeze(1)).Squeeze(1);
        Tensor forward = taken.AddAt(0, inputs[2], Batch + 1).Slice(0, 0, Batch);
        Tensor loss = (total.LogZ.Value + forward - inputs[3]).Square().Mean();
        optimizer.Update(loss);
        return [loss];
    }

    // Moves beyond the edge have probability zero.
    Tensor Logits(Tensor positions)
    {
        Tensor places = positions + Tensor.Range(Dimensions, 0, Side);
        Tensor logits = rest.Forward(first.Forward(places).Relu());
        Tensor blocked = TensorMath.Concat([positions.Equal(Side - 1), Tensor.Zeros([positions.Shape[0], 1], DType.Bool)], 1);
        return TensorMath.Where(blocked, Tensor.Scalar(double.NegativeInfinity, Type), logits);
    }

    sealed class Total : Module
    {
        public Total() => LogZ = Add("log_z", [1], Initializers.Zeros);

        public Parameter LogZ { get; }
    }
}
