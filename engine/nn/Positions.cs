namespace Adjoint;

/// <summary>
/// Adds to the token at place p its sines and cosines sin(p/10000^(2i/width)), cos(p/10000^(2i/width)), in turns: [..., tokens, width] → the same. Vaswani et al. 2017, section 3.5.
/// </summary>
public sealed class SinusoidalPositions : Layer
{
    readonly int length;
    readonly int width;
    readonly double[] table;
    Tensor? values;

    /// <summary>Makes the table.</summary>
    /// <param name="length">The most tokens.</param>
    /// <param name="width">Size of a token.</param>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public SinusoidalPositions(int length, int width)
    {
        this.length = Check.AtLeast(length, 1, "SinusoidalPositions length");
        this.width = Check.AtLeast(width, 1, "SinusoidalPositions width");
        table = new double[length * width];
        for (int i = 0; i < table.Length; i++)
        {
            double angle = i / width / Math.Pow(10000, (double)(i % width / 2 * 2) / width);
            table[i] = i % width % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }
    }

    /// <summary>The table [length, width], of a dtype and on a device.</summary>
    /// <exception cref="PlanException">Inside a recorded step, if the table was not asked for before.</exception>
    public Tensor Table(DType dtype = DType.F32, Device? device = null)
    {
        Device place = device ?? Settings.DefaultDevice;
        if (values is not null && values.DType == dtype && values.Device == place) return values;
        values = StateMemory.Zeros([length, width], dtype, place);
        if (dtype == DType.F64) values.Write<double>(table);
        else values.Write<float>(Array.ConvertAll(table, static x => (float)x));
        return values;
    }

    public override Tensor Forward(Tensor x)
    {
        LearnedPositions.CheckTokens("SinusoidalPositions", x, length, width);
        return x + Table(x.DType, x.Device).Slice(0, 0, x.Shape[-2]);
    }
}

/// <summary>Adds to the token at place p the p-th of learned vectors: [..., tokens, width] → the same.</summary>
public sealed class LearnedPositions : Layer
{
    /// <summary>Makes the table; without an initialiser its first values are normal with deviation 0.02.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public LearnedPositions(int length, int width, Initializer? initializer = null)
    {
        Check.AtLeast(length, 1, "LearnedPositions length");
        Check.AtLeast(width, 1, "LearnedPositions width");
        Weight = Add("weight", [length, width], initializer ?? Initializers.Normal(0.02));
    }

    /// <summary>[length, width]</summary>
    public Parameter Weight { get; }

    /// <summary>Adds the positions.</summary>
    /// <exception cref="ShapeException">There are more tokens than positions, or their width differs.</exception>
    public override Tensor Forward(Tensor x)
    {
        CheckTokens("LearnedPositions", x, Weight.Shape[0], Weight.Shape[1]);
        return x + Weight.Value.Slice(0, 0, x.Shape[-2]);
    }

    internal static void CheckTokens(string layer, Tensor x, int length, int width)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2 || x.Shape[-1] != width || x.Shape[-2] > length)
            throw new ShapeException($"{layer}: the input {x.Shape} is not up to {length} tokens of {width} numbers. Make the layer for its sizes.");
    }
}
