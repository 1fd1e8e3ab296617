namespace Adjoint.Models.GFlowNets;

/// <summary>How a <see cref="NetworkSurrogate"/> is fitted (gflownet specification, section 5.5 (ii)).</summary>
public sealed record NetworkSurrogateSettings
{
    /// <summary>Learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Decay of weights, added to the gradient.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Objects of a step.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>The most steps of a fit.</summary>
    public int Steps { get; init; } = 3000;

    /// <summary>Steps between two looks at held-out objects.</summary>
    public int Interval { get; init; } = 100;

    /// <summary>So many looks in a row without a smaller error end the fit.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Share of the data that is held out.</summary>
    public double HeldOut { get; init; } = 0.1;
}

/// <summary>
/// Networks fitted by Adam with early stopping. Labels are standardised; the weights of the smallest error at held-out objects are the ones that predict. The step is one plan for all rounds, over the
/// features of the whole library: only the list of places that it draws from changes.
/// </summary>
public sealed class NetworkSurrogate : ISurrogate
{
    const int BlockRows = 1024;

    readonly ObjectLibrary library;
    readonly SurrogateNetwork network;
    readonly NetworkSurrogateSettings settings;
    readonly Key key;
    readonly Generator generator;
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly SavedValues beginning;
    readonly Tensor places;
    readonly Tensor targets;
    readonly Tensor count = Tensor.Ones([1], DType.F64);
    readonly Tensor best;

    // Steps taken, looks without a smaller error, the smallest error.
    readonly Tensor progress = Tensor.Zeros([3], DType.F64);
    Plan? plan;
    int[] heldOut = [];
    double[] heldOutLabels = [];
    double shift;
    double scale = 1;

    /// <summary>Makes memory and the optimiser.</summary>
    /// <param name="library">The objects.</param>
    /// <param name="make">The network, from the generator of its training masks.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="key">All randomness.</param>
    public NetworkSurrogate(ObjectLibrary library, Func<Generator, SurrogateNetwork> make, NetworkSurrogateSettings settings, Key key)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(settings);
        (this.library, this.settings, this.key) = (library, settings, key);
        generator = new Generator(key.Split("training"));
        network = make(generator);
        parameters = new ParameterSet(network, key.Split("weights"));
        optimizer = new Adam(parameters, settings.LearningRate, weightDecay: settings.WeightDecay);
        beginning = new SavedValues([parameters.Flat, .. optimizer.State.Select(static one => one.Value)]);
        best = parameters.Flat.Detach().Clone();
        places = Tensor.Zeros([library.Count], DType.I64);
        targets = Tensor.Zeros([library.Count]);
    }

    /// <inheritdoc/>
    public double Error => progress.Read<double>()[2];

    /// <summary>Steps of the last fit.</summary>
    public int Steps => (int)progress.Read<double>()[0];

    /// <inheritdoc/>
    public IEnumerable<NamedTensor> State =>
    [
        new("generator", generator.State), new("best", best), new("progress", progress),
        .. parameters.State.Select(static one => new NamedTensor("parameters." + one.Name, one.Value)),
        .. optimizer.State.Select(static one => new NamedTensor("optimizer." + one.Name, one.Value)),
    ];

    /// <inheritdoc/>
    public void Begin(LabelledObjects data, int round)
    {
        ArgumentNullException.ThrowIfNull(data);
        long[] order = new Generator(key.Split("split").Split(round)).Permutation(data.Count).Read<long>();
        int held = Math.Clamp((int)(settings.HeldOut * data.Count), 1, data.Count - 1), kept = data.Count - held;
        int[] training = [.. order[held..].Select(row => (int)row)];
        heldOut = [.. order[..held].Select(row => data.Places[(int)row])];
        heldOutLabels = [.. order[..held].Select(row => data.Labels[(int)row])];
        shift = training.Average(row => data.Labels[row]);
        double variance = training.Average(row => (data.Labels[row] - shift) * (data.Labels[row] - shift));
        scale = variance > 0 ? Math.Sqrt(variance) : 1;
        var rows = new long[library.Count];
        var values = new float[library.Count];
        for (int i = 0; i < kept; i++)
        {
            rows[i] = data.Places[training[i]];
            values[i] = (float)((data.Labels[training[i]] - shift) / scale);
        }

        places.Write<long>(rows);
        targets.Write<float>(values);
        count.Write(kept);
        beginning.Restore();
        network.Redraw(key.Split("masks").Split(round));
        Keep(0, 0, heldOutLabels.Average(label => (label - shift) * (label - shift)));
    }

    /// <inheritdoc/>
    public void Fit(int part, int parts)
    {
        double[] now = progress.Read<double>();
        int done = (int)now[0], misses = (int)now[1], end = (int)((long)settings.Steps * part / parts);
        double smallest = now[2];
        while (done < end && misses < settings.Patience)
        {
            if (plan is null) plan = Plan.Record(Learn);
            else plan.Run();
            done++;
            if (done % settings.Interval != 0 && done != settings.Steps) continue;
            double error = HeldOutError();
            misses = error < smallest ? 0 : misses + 1;
            if (misses > 0) continue;
            smallest = error;
            Copy(parameters.Flat, best);
        }

        Keep(done, misses, smallest);
        if (part == parts) Copy(best, parameters.Flat);
    }

    /// <inheritdoc/>
    public SurrogatePrediction Predict(ReadOnlySpan<int> places)
    {
        double[] mean = new double[places.Length], deviation = new double[places.Length];
        ForBlocks(places, network.Answers, (first, answers) =>
        {
            (Tensor centre, Tensor spread) = (answers.Mean(0), answers.Variance(0, correction: 0).Sqrt());
            Put(centre, mean, first, scale, shift);
            Put(spread, deviation, first, scale, 0);
        });
        return new(mean, deviation);
    }

    // One step of regression: rows drawn evenly from the data of the round, batch by batch of each network.
    Tensor Learn()
    {
        int rows = network.Copies * settings.Batch;
        Tensor drawn = (generator.Uniform([rows], DType.F64) * count).Floor().To(DType.I64);
        Tensor inputs = library.Features.Select(0, places.Select(0, drawn)).Reshape(network.Copies, settings.Batch, library.Features.Shape[1]);
        Tensor wanted = targets.Select(0, drawn).Reshape(network.Copies, settings.Batch);
        Tensor loss = (network.Train(inputs) - wanted).Square().Mean(1).Sum();
        optimizer.Update(loss);
        return loss;
    }

    double HeldOutError()
    {
        var mean = new double[heldOut.Length];
        ForBlocks(heldOut, network.Answer, (first, answer) => Put(answer, mean, first, scale, shift));
        return mean.Zip(heldOutLabels, static (value, label) => (value - label) * (value - label)).Average();
    }

    void ForBlocks(ReadOnlySpan<int> wanted, Func<Tensor, Tensor> ask, Action<int, Tensor> take)
    {
        using var pause = Autodiff.Pause();
        for (int first = 0; first < wanted.Length; first += BlockRows)
        {
            using var step = Step.Begin();
            int[] block = wanted[first..Math.Min(first + BlockRows, wanted.Length)].ToArray();
            take(first, ask(library.Features.Select(0, Tensor.From<long>(Array.ConvertAll(block, static place => (long)place)))));
        }
    }

    static void Put(Tensor values, double[] target, int first, double scale, double shift) =>
        values.To(DType.F64).Affine(scale, shift).Read(target.AsSpan(first, values.Count));

    void Keep(int done, int misses, double smallest) => progress.Write<double>([done, misses, smallest]);

    static void Copy(Tensor source, Tensor target)
    {
        using var pause = Autodiff.Pause();
        source.Detach().CopyInto(target.Detach());
    }
}
