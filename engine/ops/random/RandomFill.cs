using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Distributions whose numbers do not depend on each other.</summary>
public enum RandomKind
{
    /// <summary>Uniform in [0, 1).</summary>
    Uniform,

    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Standard Gumbel.</summary>
    Gumbel,

    /// <summary>Whole numbers in [A, B).</summary>
    Integers,

    /// <summary>True with probability A.</summary>
    Bernoulli,
}

/// <summary>A tensor of independent random numbers.</summary>
public sealed record RandomFill(RandomKind Kind, Shape Shape, DType DType, double A, double B) : RandomOp
{
    const int MinimumPerWorker = 8192;

    public override string Name => Kind switch
    {
        RandomKind.Uniform => "random_uniform",
        RandomKind.Normal => "random_normal",
        RandomKind.Gumbel => "random_gumbel",
        RandomKind.Integers => "random_integers",
        _ => "random_bernoulli",
    };

    public override ulong Blocks(ReadOnlySpan<Tensor> inputs) => BlocksOf(Kind == RandomKind.Bernoulli ? DType.F32 : DType, Shape.Elements);

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        bool fits = Kind switch
        {
            RandomKind.Integers => DType is DType.I32 or DType.I64,
            RandomKind.Bernoulli => DType == DType.Bool,
            _ => DType.IsFloat(),
        };
        if (!fits) throw new DTypeException($"{Name}: cannot give {DType.Name()}. Ask for {(Kind == RandomKind.Integers ? "i32 or i64" : "f32 or f64")} and convert.");
        return new Signature(Shape, DType);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Draw draw = Position(inputs[0]);
        fixed (byte* target = &outputs[0].First<byte>())
        {
            // First<byte> counts the offset in bytes; outputs of draws are fresh and start at 0.
            Workers.For(Shape.Elements, MinimumPerWorker, new Body(Kind, DType, draw, target, A, B));
        }
    }

    static readonly KernelReference[] Floats32 = [new("random_fill", "Uniform32", typeof(float)), new("random_fill", "Normal32", typeof(float)), new("random_fill", "Gumbel32", typeof(float))];
    static readonly KernelReference[] Floats64 = [new("random_fill", "Uniform64", typeof(double)), new("random_fill", "Normal64", typeof(double)), new("random_fill", "Gumbel64", typeof(double))];
    static readonly KernelReference Integers32 = new("random_fill", "Integers32", typeof(int)), Integers64 = new("random_fill", "Integers64", typeof(long));
    static readonly KernelReference Booleans = new("random_fill", "Bernoulli", typeof(byte));

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        KernelReference kernel = Kind switch
        {
            RandomKind.Integers => DType == DType.I32 ? Integers32 : Integers64,
            RandomKind.Bernoulli => Booleans,
            _ => (DType == DType.F32 ? Floats32 : Floats64)[(int)Kind],
        };
        KernelCall call = queue.Call(kernel, (long)Blocks(inputs)).Dense(inputs[0]).Dense(outputs[0]).Value((long)outputs[0].Count);

        // The distribution's settings, laid out as its structure.
        call = Kind switch
        {
            RandomKind.Integers when DType == DType.I32 => call.Value((int)A).Value(unchecked((uint)((int)B - (int)A))),
            RandomKind.Integers => call.Value((long)A).Value(unchecked((ulong)((long)B - (long)A))),
            RandomKind.Bernoulli => call.Value((ulong)Math.Round(A * (1L << 32))),
            _ => call.Value((byte)0),
        };
        call.Run();
    }

    readonly unsafe struct Body(RandomKind kind, DType dtype, Draw draw, byte* target, double a, double b) : IRangeBody
    {
        public void Run(int start, int end)
        {
            switch (kind)
            {
                case RandomKind.Uniform when dtype == DType.F32: RandomKernels.Uniform(Part<float>(start, end), draw, start); break;
                case RandomKind.Uniform: RandomKernels.Uniform(Part<double>(start, end), draw, start); break;
                case RandomKind.Normal when dtype == DType.F32: RandomKernels.Normal(Part<float>(start, end), draw, start); break;
                case RandomKind.Normal: RandomKernels.Normal(Part<double>(start, end), draw, start); break;
                case RandomKind.Gumbel when dtype == DType.F32: RandomKernels.Gumbel(Part<float>(start, end), draw, start); break;
                case RandomKind.Gumbel: RandomKernels.Gumbel(Part<double>(start, end), draw, start); break;
                case RandomKind.Integers when dtype == DType.I32: RandomKernels.Integers(Part<int>(start, end), (int)a, (int)b, draw, start); break;
                case RandomKind.Integers: RandomKernels.Integers(Part<long>(start, end), (long)a, (long)b, draw, start); break;
                default: RandomKernels.Bernoulli(Part<bool>(start, end), a, draw, start); break;
            }
        }

        Span<T> Part<T>(int start, int end) where T : unmanaged => new((T*)target + start, end - start);
    }
}
