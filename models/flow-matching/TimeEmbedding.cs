namespace Adjoint.Models.FlowMatching;

/// <summary>
/// Times as sinusoids: 128 cosines, then 128 sines, of t · 10000^(-i/128). Times in [0, 1] are used as they are, so most frequencies are nearly constant; this is what
/// the paper's release does.
/// </summary>
static class TimeEmbedding
{
    const int Frequencies = 128;

    /// <summary>Numbers of an embedding.</summary>
    public const int Width = 2 * Frequencies;

    /// <summary>Embeddings [batch, 256] of times [batch].</summary>
    public static Tensor Of(Tensor times)
    {
        Tensor frequency = Tensor.Range(Frequencies, 0, -Math.Log(10000) / Frequencies, times.DType).Exp();
        Tensor angles = times.Unsqueeze(1) * frequency;
        return TensorMath.Concat([angles.Cos(), angles.Sin()], 1);
    }
}
