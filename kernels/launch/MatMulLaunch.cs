using System.Collections.Concurrent;

namespace Adjoint.Kernels;

/// <summary>What a batch of products reads and writes.</summary>
/// <param name="Left">Left operands.</param>
/// <param name="Right">Right operands.</param>
/// <param name="Bias">One number a column; anything where there is no bias.</param>
/// <param name="Target">Dense [batch, rows, columns].</param>
/// <param name="Scratch"><see cref="MatMulLaunch.ScratchBytes"/> that start at a multiple of 256.</param>
public readonly record struct MatMulOperands(DeviceView Left, DeviceView Right, DeviceView Bias, DeviceView Target, ulong Scratch);

/// <summary>
/// The launches that compute a batch of matrix products: target = finish(left · right + bias) or, if it accumulates, target + that. Chosen once for a shape and a device; run any number of times, on any
/// addresses that are aligned as was said.
/// </summary>
/// <example>
/// <code>
/// MatMulLaunch launch = MatMulLaunch.Choose(new MatMulRequest(product, batch).On(device));
/// for (int i = 0; i &lt; launch.Count; i++)
/// {
///     var arguments = new LaunchArguments(buffer);
///     launch.AddArguments(i, operands, finish, ref arguments);
///     device.Launch(launch.Kernel(i), launch.Grid(i), arguments.Bytes);
/// }
/// </code>
/// </example>
public sealed class MatMulLaunch
{
    const int ScratchAlignment = 256;

    static readonly ConcurrentDictionary<(string Line, Type? Finish), KernelReference> References = new();

    readonly Step[] steps;

    internal MatMulLaunch(Step[] steps, long scratchBytes)
    {
        this.steps = steps;
        ScratchBytes = scratchBytes;
    }

    /// <summary>Number of launches, in order; 0 where the target has no elements.</summary>
    public int Count => steps.Length;

    /// <summary>Memory that the launches need beside their operands.</summary>
    public long ScratchBytes { get; }

    /// <summary>Chooses launches.</summary>
    /// <exception cref="ArgumentException">
    /// The elements are neither float nor double, the finish is no unary operator, a size is negative, the device has no multiprocessor or no thread, or the target needs more than 2^31 - 1 blocks,
    /// which takes more than as many elements.
    /// </exception>
    public static MatMulLaunch Choose(in MatMulRequest request) => MatMulChoice.Of(request);

    /// <summary>Names of the tiles among which a request's kernel is chosen, for who measures them.</summary>
    public static IEnumerable<string> Tiles(in MatMulRequest request) => MatMulChoice.Tiles(request);

    /// <summary>The kernel of a launch.</summary>
    public KernelReference Kernel(int launch) => steps[launch].Kernel;

    /// <summary>The blocks of a launch.</summary>
    public LaunchGrid Grid(int launch) => steps[launch].Grid;

    /// <summary>Appends the arguments of a launch.</summary>
    /// <param name="launch">Which.</param>
    /// <param name="operands">What the products read and write.</param>
    /// <param name="finish">The finish's value; its type is the one that was chosen for.</param>
    /// <param name="arguments">Where to.</param>
    public void AddArguments<TFinish>(int launch, in MatMulOperands operands, TFinish finish, ref LaunchArguments arguments) where TFinish : unmanaged, IUnaryOperator
    {
        ref readonly Step step = ref steps[launch];
        switch (step.Kind)
        {
            case StepKind.Round:
                arguments.Add(step.Left == Place.Left ? operands.Left : operands.Right);
                arguments.Add(new DeviceView(operands.Scratch + (ulong)step.Offset, step.Length));
                arguments.Add(step.Length);
                return;
            case StepKind.Fold:
                arguments.Add(View(step.Left, step, operands));
                arguments.Add(operands.Bias);
                arguments.Add(operands.Target);
                arguments.Add(step.Product);
                arguments.Add(step.Length);
                arguments.Add(finish);
                return;
            default:
                arguments.Add(View(step.Left, step, operands));
                arguments.Add(View(step.Right, step, operands));
                arguments.Add(operands.Bias);
                arguments.Add(View(step.Target, step, operands));
                arguments.Add(step.Product);
                if (step.Target == Place.Target) arguments.Add(finish);
                else arguments.Add(default(Unchanged));
                return;
        }
    }

    /// <summary>The line of the first launch whose kernel a device lacks; null if it has all.</summary>
    internal string? FirstMissing(Func<KernelReference, bool> has)
    {
        foreach (Step step in steps)
        {
            if (!has(step.Kernel)) return step.Line;
        }

        return null;
    }

    internal static KernelReference Reference(string line, Type? finish) =>
        References.GetOrAdd((line, finish), static key => key.Finish is null ? new(key.Line) : new(key.Line, key.Finish));

    internal static long Align(long bytes) => (bytes + ScratchAlignment - 1) / ScratchAlignment * ScratchAlignment;

    static DeviceView View(Place place, in Step step, in MatMulOperands operands) => place switch
    {
        Place.Left => operands.Left,
        Place.Right => operands.Right,
        Place.Target => operands.Target,
        Place.RoundedLeft => new(operands.Scratch, step.RoundedLeft),
        Place.RoundedRight => new(operands.Scratch + (ulong)step.RoundedRightOffset, step.RoundedRight),
        _ => new(operands.Scratch + (ulong)step.Offset, step.PieceLength),
    };

    internal enum StepKind
    {
        Product,
        Round,
        Fold,
    }

    internal enum Place
    {
        Left,
        Right,
        Target,
        RoundedLeft,
        RoundedRight,
        Pieces,
    }

    /// <summary>One launch.</summary>
    internal readonly record struct Step
    {
        /// <summary>Name of the tile or of another kernel, without what the type arguments add.</summary>
        public required string Line { get; init; }

        public required StepKind Kind { get; init; }

        public required KernelReference Kernel { get; init; }

        public required LaunchGrid Grid { get; init; }

        public MatrixProduct Product { get; init; }

        /// <summary>Where the kernel's first operand is.</summary>
        public Place Left { get; init; }

        public Place Right { get; init; }

        public Place Target { get; init; }

        /// <summary>Bytes before the rounded operand or the pieces in the scratch memory.</summary>
        public long Offset { get; init; }

        /// <summary>Elements that are rounded or finished.</summary>
        public long Length { get; init; }

        /// <summary>Elements of all pieces.</summary>
        public long PieceLength { get; init; }

        public long RoundedLeft { get; init; }

        public long RoundedRight { get; init; }

        public long RoundedRightOffset { get; init; }
    }
}
