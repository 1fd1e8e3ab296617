using System.Runtime.InteropServices;
using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>A chain of steps made from a seed, over inputs that lie in every way, with the same steps for the CPU.</summary>
sealed class RandomChain
{
    static readonly Type[] Elements = [typeof(float), typeof(float), typeof(float), typeof(double), typeof(int), typeof(long), typeof(byte)];

    readonly Random random;
    readonly List<ChainOperand> operands = [];
    readonly List<Type> values = [];
    readonly List<ChainStep> steps = [];
    readonly List<TileStep> tiles = [];

    /// <summary>Makes a chain.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="sizes">Sizes of its axes, the outermost first.</param>
    /// <param name="layouts">How inputs may lie.</param>
    public RandomChain(int seed, int[] sizes, params InputLayout[] layouts)
    {
        random = new Random(seed);
        Sizes = sizes;
        int inputs = random.Next(1, 6), count = random.Next(2, 13);
        for (int i = 0; i < inputs; i++)
        {
            Type element = Pick(Elements);
            var (operand, length) = InputLayouts.Make(layouts[i % layouts.Length], sizes);
            operands.Add(operand);
            Storages.Add(ChainData.Fill(element, length, random));
            values.Add(element);
        }

        while (steps.Count < count) Add();
        NumberOutputs();

        Layout = new ChainLayout(sizes, operands);
        Chain = new ChainKernel([.. Enumerable.Range(0, inputs).Select(i => new ChainInput(values[i], Layout.Access[i]))], steps);
    }

    /// <summary>Sizes of the axes, the outermost first.</summary>
    public int[] Sizes { get; }

    /// <summary>How inputs are read.</summary>
    public ChainLayout Layout { get; }

    /// <summary>The chain.</summary>
    public ChainKernel Chain { get; }

    /// <summary>Memory of the inputs.</summary>
    public List<Array> Storages { get; } = [];

    /// <summary>Operators of the steps that have one.</summary>
    public List<object> Operators { get; } = [];

    int Count => Sizes.Aggregate(1, static (product, size) => product * size);

    T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    int PickValue(Predicate<Type> match)
    {
        int[] places = [.. Enumerable.Range(0, values.Count).Where(place => match(values[place]))];
        return places.Length == 0 ? -1 : Pick(places);
    }

    void Add()
    {
        // Copies do little: one of eleven.
        var kind = (ChainStepKind)(random.Next(11) / 2);
        int x = PickValue(type => kind is not (ChainStepKind.Unary or ChainStepKind.Binary) || type != typeof(byte));
        if (kind == ChainStepKind.Where) x = PickValue(static type => type == typeof(byte));
        if (x < 0) return;
        Type element = values[x];
        int y = kind == ChainStepKind.Where ? PickValue(static _ => true) : PickValue(type => type == element);
        int z = PickValue(type => type == values[y]);
        object? op = kind switch
        {
            ChainStepKind.Unary => Pick(ChainOperators.Unary(element)),
            ChainStepKind.Binary => Pick(ChainOperators.Binary(element)),
            ChainStepKind.Compare => Pick(ChainOperators.Comparisons),
            _ => null,
        };
        Type result = kind switch
        {
            ChainStepKind.Compare => typeof(byte),
            ChainStepKind.Where => values[y],
            ChainStepKind.Cast => Pick(Elements),
            _ => element,
        };
        if (kind == ChainStepKind.Cast && result == element) kind = ChainStepKind.Copy;
        (y, z) = kind switch { ChainStepKind.Where => (y, z), ChainStepKind.Binary or ChainStepKind.Compare => (y, x), _ => (x, x) };
        steps.Add(new ChainStep(kind, op?.GetType(), x, y, z, result, -1));
        tiles.Add(ChainOperators.Tile(kind, op, kind == ChainStepKind.Where ? result : element, result));
        values.Add(result);
        if (op is not null) Operators.Add(op);
    }

    // What no step uses is an output, so that nothing goes unseen, and some of what is used, in no order.
    void NumberOutputs()
    {
        int inputs = Storages.Count, outputs = 0;
        int[] order = [.. Enumerable.Range(0, steps.Count)];
        random.Shuffle(order);
        foreach (int place in order)
        {
            bool isUsed = steps.Exists(step => step.X == inputs + place || step.Y == inputs + place || step.Z == inputs + place);
            if (!isUsed || random.Next(6) == 0) steps[place] = steps[place] with { Output = outputs++ };
        }
    }

    /// <summary>The steps that write outputs, in order of their numbers.</summary>
    IEnumerable<ChainStep> Writers => steps.Where(static step => step.Output >= 0).OrderBy(static step => step.Output);

    /// <summary>The outputs that the CPU's loops give.</summary>
    public unsafe Array[] OnCpu()
    {
        int inputs = Storages.Count;
        TileInput[] places = [.. operands.Select((operand, i) => new TileInput(Marshal.SizeOf(values[i]), [.. operand.Strides]))];
        TileInstruction[] instructions = [.. steps.Select((step, i) => new TileInstruction(tiles[i], step.X, step.Y, step.Z, Marshal.SizeOf(step.Element), step.Output))];
        Array[] outputs = [.. Writers.Select(step => Array.CreateInstance(step.Element, Count))];
        GCHandle[] pins = [.. Storages.Concat(outputs).Select(static array => GCHandle.Alloc(array, GCHandleType.Pinned))];
        nint[] addresses = [.. pins.Select(static pin => pin.AddrOfPinnedObject())];
        for (int i = 0; i < inputs; i++) addresses[i] += (nint)operands[i].Offset * Marshal.SizeOf(values[i]);
        new TileProgram(Sizes, places, instructions).Run(addresses.AsSpan(0, inputs), addresses.AsSpan(inputs));
        foreach (GCHandle pin in pins) pin.Free();
        return outputs;
    }

    /// <summary>The outputs that the kernel gives on the simulator.</summary>
    public Array[] OnSimulator(int threads)
    {
        List<ChainMemory> memories = [.. Storages.Select(ChainMemory.Copy)];
        memories.AddRange(Writers.Select(step => ChainMemory.Copy(Array.CreateInstance(step.Element, Count))));
        try
        {
            List<object> arguments = [.. memories.Select((memory, i) => memory.View(i < Storages.Count ? Layout.First(i) : 0)), (long)Count];
            if (Chain.HasAxes)
            {
                arguments.Add(Layout.Axes);
                arguments.AddRange(Layout.Steps.Cast<object>());
            }

            arguments.AddRange(Operators);
            SimulatedDevice.Simulator.Launch(Chain, Chain.Grid(Count, threads), [.. arguments]);
            return [.. memories.Skip(Storages.Count).Select(static memory => memory.Read())];
        }
        finally
        {
            foreach (ChainMemory memory in memories) memory.Dispose();
        }
    }

    public override string ToString() =>
        $"[{string.Join(',', Sizes)}] {string.Join(", ", Chain.Inputs.Select(static input => $"{input.Element.Name} {input.Access}"))}; "
        + string.Join(", ", steps.Select((step, i) => $"{i + Storages.Count}: {step.Kind} {step.Operator?.Name}({step.X},{step.Y},{step.Z}) {step.Element.Name}{(step.Output >= 0 ? $" -> {step.Output}" : "")}"));
}
