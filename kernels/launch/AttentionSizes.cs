namespace Adjoint.Kernels;

/// <summary>
/// Sizes and settings of a batch of attentions, an argument of the kernels: dense queries [batches, queries, depth], keys [batches, keys, depth], values [batches, keys, width]. A bias lies
/// as its steps say, with neighbouring keys side by side; a step of 0 repeats it.
/// </summary>
public struct AttentionSizes
{
    /// <summary>Distance of the biases of two batches, each of <see cref="Heads"/> heads.</summary>
    public long BiasBatchStep { get; set; }

    /// <summary>Distance of the biases of two heads.</summary>
    public long BiasHeadStep { get; set; }

    /// <summary>Distance of the biases of two queries.</summary>
    public long BiasRowStep { get; set; }

    /// <summary>Factor on the products of queries and keys.</summary>
    public double Scale { get; set; }

    /// <summary>Attentions: batches times heads.</summary>
    public int Items { get; set; }

    /// <summary>Heads of a batch.</summary>
    public int Heads { get; set; }

    /// <summary>Queries of an attention.</summary>
    public int Queries { get; set; }

    /// <summary>Keys and values of an attention.</summary>
    public int Keys { get; set; }

    /// <summary>Length of queries and keys.</summary>
    public int Depth { get; set; }

    /// <summary>Length of values.</summary>
    public int Width { get; set; }

    /// <summary>Not 0 where there is a bias.</summary>
    public int HasBias { get; set; }

    /// <summary>Not 0 where query i sees keys 0 to i only.</summary>
    public int IsCausal { get; set; }

    /// <summary>Where the biases of an attention start.</summary>
    public readonly long BiasStart(int item) => (item / Heads * BiasBatchStep) + (item % Heads * BiasHeadStep);

    /// <summary>Multiplications of one product of all queries with all keys.</summary>
    public readonly long Work => (long)Items * Queries * Keys * Depth;
}
