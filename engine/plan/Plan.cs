using System.Diagnostics;
using System.Globalization;
using System.Text;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A step that was run once, recorded, and can be replayed: the same kernels on the same memory, with every temporary at a fixed place in one block. A replay
/// allocates nothing, gives the same bits as running the step, and sees current values of everything that outlives the step: parameters, optimiser state, generators, and tensors
/// written between runs with <see cref="Tensor.Write{T}(ReadOnlySpan{T})"/>.
/// </summary>
/// <example><code>
/// Plan plan = Plan.Record(() =&gt;
/// {
///     Tensor batch = data.Select(0, generator.Integers([64], 0, data.Shape[0]));
///     Tensor loss = Loss(model, batch);
///     optimizer.Update(loss);
///     return loss;
/// });
/// for (int i = 1; i &lt; steps; i++) plan.Run();
/// </code></example>
public sealed class Plan
{
    // Plans that together are shorter do not pay for waking a thread; they wake it when several groups of them follow each other closely.
    static readonly long ticksWorthWaking = Stopwatch.Frequency * 150 / 1_000_000;

    readonly Instruction[] instructions;
    readonly PlannedCall[] prepared;
    readonly PlannedCall[] calls;
    readonly Storage[] borrowed;
    readonly Storage[] written;
    readonly Storage[] outliving;
    readonly Tensor[] outputs;
    readonly int recorded;
    readonly PlanSharing? sharing;

    // How often chains have run together.
    static long rounds;

    // How long the plan took when it last ran beside others, and the round in which a chain last ran it.
    long lastTicks, lastRound;

    Plan(Recorder recorder, Tensor[] results)
    {
        recorded = recorder.Instructions.Count;
        Draft draft = Planner.Draft(recorder, results);
        outliving = Array.FindAll(draft.Written(), storage => !draft.Born.Contains(storage));
        ArenaBytes = draft.Place();
        instructions = [.. draft.Instructions];
        written = draft.Written();
        outputs = draft.Results;
        Storage[] memory = [.. instructions.SelectMany(static one => one.Inputs.Concat(one.Outputs)).Select(static tensor => tensor.Storage).Distinct()];
        foreach (Storage storage in memory) storage.Fix();
        borrowed = Array.FindAll(memory, static storage => storage.IsBorrowed);
        foreach (Instruction one in draft.Constants) Backends.Of(one.Outputs[0].Device).Run(one.Op, one.Inputs, one.Outputs);
        prepared = Array.ConvertAll(instructions, static one => one.Op.PrepareOn(Backends.Of(one.Outputs[0].Device), one.Inputs, one.Outputs));
        calls = [.. Joined()];
        if (instructions.All(static one => one.Outputs[0].Device == Device.Cpu)) sharing = new PlanSharing();
        for (int i = 0; i < outputs.Length; i++)
        {
            // The recording was a run: its results are the plan's first.
            if (!ReferenceEquals(outputs[i].Storage, results[i].Storage)) Backends.Of(outputs[i].Device).Run(new Copy(), [results[i]], [outputs[i]]);
        }

        if (Settings.DebugLevel >= 3) Console.Error.WriteLine(Describe());
    }

    /// <summary>What the step returned, as of the last run. The same tensors after every run.</summary>
    public ReadOnlySpan<Tensor> Outputs => outputs;

    /// <summary>The first of what the step returned.</summary>
    /// <exception cref="PlanException">The step returned nothing.</exception>
    public Tensor Output => outputs.Length > 0 ? outputs[0] : throw new PlanException("The recorded step returned no tensor. Return one from it.");

    /// <summary>Kernels that a replay runs.</summary>
    public int Count => instructions.Length;

    /// <summary>Size of the blocks that hold all temporaries.</summary>
    public long ArenaBytes { get; }

    /// <summary>Runs a step and records it.</summary>
    /// <exception cref="PlanException">The step reads values on the host, brings host values in, or records within a recording.</exception>
    public static Plan Record(Func<Tensor[]> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var recorder = new Recorder();
        Tensor[] results;
        using (recorder.Listen())
        using (Adjoint.Step.Outside())
            results = step();
        return new Plan(recorder, Array.ConvertAll(results, static result => result.Detach()));
    }

    /// <inheritdoc cref="Record(Func{Tensor[]})"/>
    public static Plan Record(Func<Tensor> step) => Record(() => (Tensor[])[step()]);

    /// <inheritdoc cref="Record(Func{Tensor[]})"/>
    public static Plan Record(Action step) => Record(() =>
    {
        step();
        return (Tensor[])[];
    });

    /// <summary>Replays the step.</summary>
    /// <exception cref="LifetimeException">The step uses a tensor of an iteration that has ended.</exception>
    public void Run()
    {
        Begin();
        if (sharing is not null && Settings.Threads > 1)
        {
            sharing.Run(calls);
            return;
        }

        foreach (PlannedCall call in calls) call.Run();
    }

    /// <summary>
    /// Replays plans side by side, each on one thread: for steps that fall into independent parts which are too small to be shared kernel by kernel, such as halves of a batch or members of an ensemble.
    /// The bits are those of one after the other, on any number of threads. On one thread, or with a plan that a device runs, they do run one after the other.
    /// </summary>
    /// <param name="plans">Plans of which none reads or writes a number that another writes. They may write different numbers of one tensor, and must not draw from one generator.</param>
    /// <exception cref="LifetimeException">A step uses a tensor of an iteration that has ended.</exception>
    public static void RunTogether(params Plan[] plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        if (plans.Length == 1 || Settings.Threads == 1 || !Array.TrueForAll(plans, static plan => plan.sharing is not null))
        {
            foreach (Plan plan in plans) plan.Run();
            return;
        }

        // What plans have in common is noted here, since words that two threads write in turn are slow.
        long ticks = 0;
        foreach (Plan plan in plans)
        {
            plan.Begin();
            ticks += plan.lastTicks;
        }

        Workers.ForShares(plans.Length, plans.Length, isLong: ticks > ticksWorthWaking, new SideBySide(plans));
    }

    /// <summary>
    /// Replays chains of plans side by side, each chain on one thread, until all have ended. The bits are those of one chain after the other, on any number of threads. On one thread, alone, or with plans that a
    /// device runs, they do run one after the other.
    /// </summary>
    /// <param name="chains">Chains of which none reads or writes a number that another writes. They may write different numbers of one tensor, and must not draw from one generator.</param>
    /// <exception cref="LifetimeException">A step uses a tensor of an iteration that has ended.</exception>
    public static void RunTogether(params PlanChain[] chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        bool isOnHost = true;
        long ticks = 0;
        foreach (PlanChain chain in chains)
        {
            chain.Advance();
            isOnHost &= chain.Ready is null or { sharing: not null };
            ticks += chain.LastTicks;
        }

        if (chains.Length > 1 && Settings.Threads > 1 && isOnHost)
        {
            Workers.ForShares(chains.Length, chains.Length, isLong: ticks > ticksWorthWaking, new ChainsSideBySide(chains, Interlocked.Increment(ref rounds)));
            return;
        }

        foreach (PlanChain chain in chains)
        {
            for (; chain.Ready is { } plan; chain.Advance()) plan.Run();
        }
    }

    void Begin()
    {
        foreach (Storage storage in borrowed) storage.RequireLive();
        foreach (Storage storage in written) storage.Version++;
    }

    // Calls that follow each other on one device go to it together.
    IEnumerable<PlannedCall> Joined()
    {
        int first = 0;
        for (int i = 1; i <= instructions.Length; i++)
        {
            if (i < instructions.Length && DeviceOf(i) == DeviceOf(first) && instructions[i].Op is not Transfer && instructions[first].Op is not Transfer) continue;
            ArraySegment<PlannedCall> part = new(prepared, first, i - first);
            foreach (PlannedCall call in instructions[first].Op is Transfer ? part : Backends.Of(DeviceOf(first)).Join(part)) yield return call;
            first = i;
        }
    }

    Device DeviceOf(int instruction) => instructions[instruction].Outputs[0].Device;

    /// <summary>The kernels in order, one a line, with shapes.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"plan of {Count} kernels ({recorded} recorded), {ArenaBytes} bytes of temporaries");
        foreach (Instruction one in instructions) text.Append("  ").AppendLine(Describe(one));
        return text.ToString();
    }

    /// <summary>
    /// Replays the step some times, kernel by kernel, and takes the time of each: the place to look before optimising a step. Everything that outlives the step, and the plan's outputs,
    /// are afterwards as they were. Loops are shared among threads as in the plan's last run.
    /// </summary>
    /// <param name="runs">Runs that count; one more goes ahead.</param>
    /// <exception cref="SettingException">Fewer than one run.</exception>
    public PlanProfile Profile(int runs = 100)
    {
        Check.AtLeast(runs, 1, "Profile runs");
        Storage[] lasting = [.. outliving, .. outputs.Select(static output => output.Storage)];
        PlannedCall[] shared = sharing is null ? prepared : [.. prepared.Select((call, i) => new SharedCall(call, sharing.ScaleOf(i)))];
        double before = CoreDistance.Chosen;
        try
        {
            return new Profiler(instructions, shared, [.. lasting.Distinct()]).Take(runs, Begin);
        }
        finally
        {
            CoreDistance.Chosen = before;
        }
    }

    readonly struct SideBySide(Plan[] plans) : IRangeBody
    {
        public void Run(int start, int end)
        {
            using var alone = new OwnThread();
            for (int i = start; i < end; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                foreach (PlannedCall call in plans[i].calls) call.Run();
                plans[i].lastTicks = Stopwatch.GetTimestamp() - begin;
            }
        }
    }

    readonly struct ChainsSideBySide(PlanChain[] chains, long round) : IRangeBody
    {
        public void Run(int start, int end)
        {
            using var alone = new OwnThread();
            for (int i = start; i < end; i++)
            {
                PlanChain chain = chains[i];
                long begin = Stopwatch.GetTimestamp();
                for (; chain.Ready is { } plan; chain.Advance())
                {
                    // That the storages have changed is noted once, since chains that write rows of one tensor share these words.
                    if (plan.lastRound != round) plan.Begin();
                    plan.lastRound = round;
                    foreach (PlannedCall call in plan.calls) call.Run();
                }

                chain.LastTicks = Stopwatch.GetTimestamp() - begin;
            }
        }
    }

    // While it lasts, loops that this thread meets are its own.
    readonly ref struct OwnThread : IDisposable
    {
        readonly double before = CoreDistance.Chosen;

        public OwnThread() => CoreDistance.Chosen = CoreDistance.Alone;

        public void Dispose() => CoreDistance.Chosen = before;
    }

    sealed class SharedCall(PlannedCall call, double scale) : PlannedCall
    {
        public override IReadOnlyList<string> LaunchNames => call.LaunchNames;

        public override void Run()
        {
            CoreDistance.Chosen = scale;
            call.Run();
        }
    }

    static string Describe(Instruction one) => $"{one.Op.Name,-18} {Operands(one)}";

    internal static string Operands(Instruction one) => $"{string.Join(" ", one.Inputs.Select(Name))} -> {string.Join(" ", one.Outputs.Select(Name))}";

    static string Name(Tensor tensor) => tensor.DType.Name() + tensor.Shape;
}
