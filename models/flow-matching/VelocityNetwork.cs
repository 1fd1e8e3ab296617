namespace Adjoint.Models.FlowMatching;

/// <summary>
/// v(x, t, label): residual blocks over flat images, each normalised, then scaled and shifted by the condition (the sum of a time and a label embedding) as in adaptive layer norm. Peebles,
/// Xie 2023. The gates and the last layer start at zero, so the first velocity is zero and every block starts as the identity.
/// </summary>
sealed class VelocityNetwork : Module
{
    readonly Linear input;
    readonly Mlp time;
    readonly Embedding labels;
    readonly Block[] blocks;
    readonly Linear finalCondition;
    readonly Linear output;

    /// <param name="pixels">Numbers of an image.</param>
    /// <param name="classes">Number of labels; one more row of the table stands for "none".</param>
    /// <param name="width">Width of the residual stream.</param>
    /// <param name="depth">Number of blocks.</param>
    public VelocityNetwork(int pixels, int classes, int width, int depth)
    {
        NoLabel = classes;
        input = Child("input", new Linear(pixels, width));
        time = Child("time", new Mlp([TimeEmbedding.Width, width, width], Activation.Silu));
        labels = Child("labels", new Embedding(classes + 1, width));
        blocks = new Block[depth];
        for (int i = 0; i < depth; i++) blocks[i] = Child($"blocks.{i}", new Block(width));
        finalCondition = Child("final_condition", new Linear(width, 2 * width, weightInitializer: Initializers.Zeros, biasInitializer: Initializers.Zeros));
        output = Child("output", new Linear(width, pixels, weightInitializer: Initializers.Zeros, biasInitializer: Initializers.Zeros));
    }

    /// <summary>The label that stands for "none".</summary>
    public int NoLabel { get; }

    /// <summary>Velocities [batch, pixels] of images [batch, pixels] at times [batch] under labels (i64 [batch]).</summary>
    public Tensor Forward(Tensor images, Tensor times, Tensor label)
    {
        Tensor condition = (time.Forward(TimeEmbedding.Of(times)) + labels.Forward(label)).Silu();
        Tensor stream = input.Forward(images);
        foreach (Block block in blocks) stream = block.Forward(stream, condition);
        return output.Forward(Modulate(stream, finalCondition.Forward(condition), 0));
    }

    // Normalised stream · (1 + scale) + shift, with shift and scale taken from two neighbouring stretches of the condition's columns.
    static Tensor Modulate(Tensor stream, Tensor columns, int first)
    {
        int width = stream.Shape[1];
        Tensor shift = columns.Slice(1, first * width, (first + 1) * width), scale = columns.Slice(1, (first + 1) * width, (first + 2) * width);
        return (stream.LayerNorm() * (scale + 1)) + shift;
    }

    /// <summary>stream + gate · W₂ silu(W₁ modulated stream).</summary>
    sealed class Block : Module
    {
        readonly Linear condition;
        readonly Mlp mlp;

        public Block(int width)
        {
            condition = Child("condition", new Linear(width, 3 * width, weightInitializer: Initializers.Zeros, biasInitializer: Initializers.Zeros));
            mlp = Child("mlp", new Mlp([width, 2 * width, width], Activation.Silu));
        }

        public Tensor Forward(Tensor stream, Tensor conditions)
        {
            int width = stream.Shape[1];
            Tensor columns = condition.Forward(conditions);
            return stream + (columns.Slice(1, 2 * width, 3 * width) * mlp.Forward(Modulate(stream, columns, 0)));
        }
    }
}
