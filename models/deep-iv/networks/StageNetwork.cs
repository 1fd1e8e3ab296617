namespace Adjoint.Models.DeepIv;

/// <summary>
/// The body that both stages share in shape: covariates and a few numbers beside them (instruments in stage 1, the treatment in stage 2) through hidden layers with dropout to a linear head. Images
/// among the covariates pass an encoder first. Hartford et al. 2017, section 4; first values are Glorot's, as in its release.
/// </summary>
sealed class StageNetwork : Module
{
    readonly Linear[] hidden;
    readonly Linear head;
    readonly ImageEncoder? images;
    readonly Activation activation;
    readonly double dropRate;

    /// <summary>Makes the layers.</summary>
    /// <param name="covariates">Columns of covariates; the last 784 are an image if the settings say so.</param>
    /// <param name="extra">Numbers beside the covariates.</param>
    /// <param name="outputs">Numbers of the head.</param>
    /// <param name="settings">Widths, activation, rate of dropout.</param>
    /// <param name="masks">Draws the masks of dropout.</param>
    public StageNetwork(int covariates, int extra, int outputs, StageSettings settings, Masks masks)
    {
        Masks = masks;
        activation = settings.Activation;
        dropRate = settings.DropRate;
        if (settings.Encoder is { } encoder) images = Child("images", new ImageEncoder(covariates, encoder, masks));
        hidden = new Linear[settings.Widths.Count];
        int width = (images?.Outputs ?? covariates) + extra;
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = Child($"hidden.{i}", new Linear(width, settings.Widths[i], true, Initializers.XavierUniform(), Initializers.Zeros));
            width = settings.Widths[i];
        }

        head = Child("head", new Linear(width, outputs, true, Initializers.XavierUniform(), Initializers.Zeros));
    }

    /// <summary>Draws the masks of dropout.</summary>
    public Masks Masks { get; }

    /// <summary>Width of the last hidden layer.</summary>
    public int FeatureWidth => hidden[^1].Outputs;

    /// <summary>Weights of the hidden layers, without biases, by full name: those that the release regularises.</summary>
    public static bool IsHiddenWeight(string name) => name.StartsWith("hidden.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal);

    /// <summary>Weights of the encoder of images, without biases, by full name.</summary>
    public static bool IsImageWeight(string name) => name.StartsWith("images.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal);

    /// <summary>What the hidden layers see of covariates [rows, covariates]: the same for every treatment, so it is made once for all draws of a row.</summary>
    public Tensor Embed(Tensor covariates) => images is null ? covariates : images.Forward(covariates);

    /// <summary>The last hidden layer [rows, width] for embedded covariates [rows, embedded] and the numbers beside them [rows, extra].</summary>
    public Tensor Features(Tensor embedded, Tensor extra)
    {
        Tensor x = embedded.Shape[1] == 0 ? extra : TensorMath.Concat([extra, embedded], 1);
        foreach (Linear layer in hidden) x = Masks.Apply(activation.Forward(layer.Forward(x)), dropRate);
        return x;
    }

    /// <summary>The head's numbers [rows, outputs].</summary>
    public Tensor Forward(Tensor embedded, Tensor extra) => head.Forward(Features(embedded, extra));

    /// <summary>Keeps constraints of the weights after a step, where the encoder has any; part of the recorded step.</summary>
    public void Constrain() => images?.Constrain();
}
