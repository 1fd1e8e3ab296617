namespace Adjoint;

/// <summary>
/// A linear layer for k-hot inputs given by the places of their ones: i64 [..., hot] → [..., out], the sum of the weight's rows there plus the bias. Its cost grows
/// with the ones and not with the inputs. The weight is [in, out], so that these rows are contiguous: the transpose of <see cref="Linear"/>'s and PyTorch's.
/// </summary>
/// <example><code>
/// // Four coordinates below 8, one-hot each: place 8·axis + value.
/// Tensor hidden = new HotLinear(32, 256).Forward(state + Tensor.From&lt;long&gt;([0, 8, 16, 24]));
/// </code></example>
public sealed class HotLinear : Layer
{
    /// <summary>Makes the layer; without initialisers its first values are those of <see cref="Linear"/>, uniform within ±1/√in for weight and bias.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public HotLinear(int inputs, int outputs, bool bias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        Inputs = Check.AtLeast(inputs, 1, "HotLinear inputs");
        Outputs = Check.AtLeast(outputs, 1, "HotLinear outputs");
        Initializer uniform = Initializers.Uniform(1 / Math.Sqrt(inputs));
        Weight = Add("weight", [inputs, outputs], weightInitializer ?? uniform);
        if (bias) Bias = Add("bias", [outputs], biasInitializer ?? uniform);
    }

    /// <summary>Size of the k-hot rows that the indices stand for.</summary>
    public int Inputs { get; }

    /// <summary>Size of the last axis of the result.</summary>
    public int Outputs { get; }

    /// <summary>[in, out]</summary>
    public Parameter Weight { get; }

    /// <summary>[out]; null without bias.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer; an index of -1 stands for no one, and an index that comes twice for a two.</summary>
    /// <exception cref="DTypeException">The indices are not i64.</exception>
    /// <exception cref="ShapeException">An index is outside the inputs, or there is no axis of indices.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0) throw new ShapeException($"HotLinear {Weight.Name}: the indices are a scalar. Pass i64 [..., hot].");
        Tensor rows = x.Rank == 2 ? x : x.Reshape([x.Shape.CountOf(..^1), x.Shape[-1]]);
        Tensor sum = Weight.Value.GatherSum(rows, Bias?.Value);
        return x.Rank == 2 ? sum : sum.Reshape([.. x.Shape.Sizes[..^1], Outputs]);
    }
}
