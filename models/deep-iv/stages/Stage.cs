namespace Adjoint.Models.DeepIv;

/// <summary>
/// Training of one network: shuffled passes over its rows, Adam, and at intervals the loss on held-out rows, by which the weights are chosen. A step is one recorded plan. Hartford et al. 2017,
/// section 3.4 says why held-out losses are a sound choice for both stages.
/// </summary>
sealed class Stage
{
    readonly StageNetwork network;
    readonly StageSettings settings;
    readonly Func<Tensor, Tensor> loss;
    readonly Func<double>? heldOut;
    readonly long[] training;
    readonly Key key;
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly PowerAverage? average;
    readonly Tensor rows;
    readonly Tensor best;
    readonly long[] batch;
    long[] order = [];
    long orderedPass = -1;
    Plan? plan;
    double lossOfCheckpoint = double.NaN;

    /// <summary>Prepares a stage.</summary>
    /// <param name="network">The network; its parameters get memory and values here.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="loss">The loss of the rows at positions i64 [batch]; recorded, so that it may draw random numbers from generators only.</param>
    /// <param name="heldOut">The loss on held-out rows; null where none are held out.</param>
    /// <param name="training">Positions of the rows for training.</param>
    /// <param name="key">Decides first weights and the order of rows.</param>
    public Stage(StageNetwork network, StageSettings settings, Func<Tensor, Tensor> loss, Func<double>? heldOut, long[] training, Key key)
    {
        (this.network, this.settings, this.loss, this.heldOut, this.training, this.key) = (network, settings, loss, heldOut, training, key);
        var groups = new List<ParameterGroup> { new(StageNetwork.IsHiddenWeight, weightDecay: 2 * settings.Penalty) };
        if (settings.Encoder is { } encoder) groups.Add(new(StageNetwork.IsImageWeight, weightDecay: 2 * encoder.Penalty));
        parameters = new ParameterSet(network, key.Split("weights"), groups: groups);
        if (settings.Average > 0) average = new PowerAverage(parameters, settings.Average);
        optimizer = new Adam(parameters, settings.LearningRate)
        {
            Average = average,
            Schedule = settings.FinalRate == 1 ? Schedules.Constant : Schedules.Cosine(settings.Steps, settings.FinalRate),
        };
        batch = new long[Math.Min(settings.Batch, training.Length)];
        rows = Tensor.From<long>(batch, [batch.Length]);
        best = parameters.Flat.Detach().Clone();
    }

    /// <summary>Steps so far.</summary>
    public long CompletedSteps { get; private set; }

    /// <summary>Whether all steps are done, or held-out losses ended the stage before.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Loss of the last step's batch.</summary>
    public double Loss => plan?.Output.Item() ?? lossOfCheckpoint;

    /// <summary>The least held-out loss so far; infinite before the first check.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The last held-out loss; NaN before the first check.</summary>
    public double HeldOutLoss { get; private set; } = double.NaN;

    /// <summary>Step at which the weights had the least held-out loss.</summary>
    public long BestStep { get; private set; }

    /// <summary>Number of learned numbers.</summary>
    public long ParameterCount => parameters.Count;

    /// <summary>The plan of a step.</summary>
    public Plan? Plan => plan;

    // Passes drop the rows that do not fill a batch; each has another order, so all rows come in turn.
    long StepsOfPass => training.Length / batch.Length;

    int checksWithoutGain;

    /// <summary>One step; in the end the weights that are to be used are put in place.</summary>
    public void TrainStep()
    {
        ChooseRows();
        optimizer.ApplySchedule(CompletedSteps);
        if (plan is null)
        {
            using (network.Masks.Use(MaskKind.EachRow)) plan = Plan.Record(Step);
        }
        else
        {
            plan.Run();
        }

        CompletedSteps++;
        bool isLast = CompletedSteps == settings.Steps;
        if (heldOut is not null && (CompletedSteps % settings.CheckInterval == 0 || isLast)) CheckHeldOut();
        if (isLast || (settings.Patience > 0 && checksWithoutGain >= settings.Patience)) Finish();
    }

    Tensor Step()
    {
        Tensor error = loss(rows);
        optimizer.Update(error);
        network.Constrain();
        return error;
    }

    void ChooseRows()
    {
        long pass = CompletedSteps / StepsOfPass;
        if (pass != orderedPass)
        {
            order = new Generator(key.Split("passes").Split((int)pass)).Permutation(training.Length).Read<long>();
            orderedPass = pass;
        }

        int first = (int)(CompletedSteps % StepsOfPass) * batch.Length;
        for (int i = 0; i < batch.Length; i++) batch[i] = training[order[first + i]];
        rows.Write<long>(batch);
    }

    void CheckHeldOut()
    {
        using IDisposable? swapped = average?.Swap();
        HeldOutLoss = heldOut!();
        checksWithoutGain++;
        if (!(HeldOutLoss < BestLoss)) return;
        (BestLoss, BestStep, checksWithoutGain) = (HeldOutLoss, CompletedSteps, 0);
        parameters.Flat.Detach().CopyInto(best);
    }

    // A stage whose held-out losses were all NaN has diverged; its last weights say so.
    void Finish()
    {
        lossOfCheckpoint = Loss;
        plan = null;
        if (double.IsFinite(BestLoss)) best.CopyInto(parameters.Flat.Detach());
        else average?.Average.CopyInto(parameters.Flat.Detach());
        IsOver = true;
    }

    /// <summary>Writes the whole state.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("step", CompletedSteps);
        checkpoint.Add("over", IsOver ? 1 : 0);
        checkpoint.Add("loss", Loss);
        checkpoint.Add("held_out_loss", HeldOutLoss);
        checkpoint.Add("best_loss", BestLoss);
        checkpoint.Add("best_step", BestStep);
        checkpoint.Add("checks_without_gain", checksWithoutGain);
        checkpoint.Add("best", best);
        checkpoint.Add("masks", network.Masks.State);
        foreach (var (name, state) in States()) checkpoint.Add(name, state);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or of another shape.</exception>
    public void Load(CheckpointReader checkpoint)
    {
        CompletedSteps = checkpoint.Whole("step");
        IsOver = checkpoint.Whole("over") != 0;
        lossOfCheckpoint = checkpoint.Number("loss");
        HeldOutLoss = checkpoint.Number("held_out_loss");
        BestLoss = checkpoint.Number("best_loss");
        BestStep = checkpoint.Whole("best_step");
        checksWithoutGain = (int)checkpoint.Whole("checks_without_gain");
        checkpoint.Read("best", best);
        checkpoint.Read("masks", network.Masks.State);
        foreach (var (name, state) in States()) checkpoint.Read(name, state);
        plan = null;
    }

    IEnumerable<(string Name, IEnumerable<NamedTensor> State)> States()
    {
        yield return ("parameters", parameters.State.Select(static one => new NamedTensor(one.Name, one.Value)));
        yield return ("optimizer", optimizer.State.Select(static one => new NamedTensor(one.Name, one.Value)));
        if (average is not null) yield return ("average", average.State.Select(static one => new NamedTensor(one.Name, one.Value)));
    }
}
