namespace Adjoint.Models.DeepIv;

/// <summary>What an <see cref="ImageEncoder"/> is made of.</summary>
/// <param name="FirstChannels">Channels of the first convolution.</param>
/// <param name="SecondChannels">Channels of the second.</param>
/// <param name="Hidden">Width of the dense layer.</param>
/// <param name="Embedding">Numbers that an image becomes.</param>
/// <param name="DropRate">Rate of dropout within.</param>
/// <param name="MaxNorm">Largest Euclidean norm of the weights of one output.</param>
/// <param name="Penalty">Weight of the squared weights in the loss.</param>
sealed record EncoderSettings(int FirstChannels = 8, int SecondChannels = 16, int Hidden = 128, int Embedding = 64, double DropRate = 0.1, double MaxNorm = 2, double Penalty = 0);

/// <summary>
/// Covariates whose last 784 columns are an image: 3 x 3 convolution, relu, halved, 3 x 3 convolution, relu, halved, dense, dropout, dense, beside the other columns as they are. The release's encoder
/// has 64 channels twice and halves once; this one is a fiftieth of the work.
/// </summary>
sealed class ImageEncoder : Module
{
    const int Kernel = 3;

    readonly int others;
    readonly EncoderSettings settings;
    readonly Masks masks;
    readonly Parameter[] constrained;
    readonly Conv2d first, second;
    readonly Linear dense, last;

    public ImageEncoder(int covariates, EncoderSettings settings, Masks masks)
    {
        others = covariates - MnistImages.Pixels;
        if (others < 0) throw new SettingException($"{covariates} columns of covariates hold no image of {MnistImages.Pixels} pixels. Put the image last.");
        (this.settings, this.masks) = (settings, masks);
        int side = ((((MnistImages.Side - Kernel + 1) / 2) - Kernel + 1) / 2);
        first = Child("first", new Conv2d(1, settings.FirstChannels, Kernel));
        second = Child("second", new Conv2d(settings.FirstChannels, settings.SecondChannels, Kernel));
        dense = Child("dense", new Linear(settings.SecondChannels * side * side, settings.Hidden, true, Initializers.XavierUniform(), Initializers.Zeros));
        last = Child("last", new Linear(settings.Hidden, settings.Embedding, true, Initializers.XavierUniform(), Initializers.Zeros));
        constrained = [first.Weight, second.Weight, dense.Weight, last.Weight];
    }

    /// <summary>Columns of the result.</summary>
    public int Outputs => others + settings.Embedding;

    /// <summary>[rows, covariates] → [rows, other covariates + embedding].</summary>
    public Tensor Forward(Tensor covariates)
    {
        int rows = covariates.Shape[0];
        Tensor image = covariates.Slice(1, others).Reshape(rows, 1, MnistImages.Side, MnistImages.Side);
        Tensor flat = second.Forward(first.Forward(image).Relu().MaxPool(2)).Relu().MaxPool(2).Reshape(rows, -1);
        Tensor embedding = last.Forward(masks.Apply(dense.Forward(masks.Apply(flat, settings.DropRate)).Relu(), settings.DropRate));
        return TensorMath.Concat([covariates.Slice(1, 0, others), embedding], 1);
    }

    /// <summary>Scales the weights of each output down to the largest norm.</summary>
    public void Constrain()
    {
        foreach (Parameter weight in constrained) WeightConstraints.MaxNorm(weight, settings.MaxNorm);
    }
}
