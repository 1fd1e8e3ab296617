namespace Adjoint.Models.DeepIv;

/// <summary>Which masks of dropout a network draws.</summary>
enum MaskKind
{
    /// <summary>None: the network is used.</summary>
    None,

    /// <summary>One for each row: the network is trained.</summary>
    EachRow,

    /// <summary>One for all rows, so that a pass is a draw of a whole function: Gal, Ghahramani 2016.</summary>
    Shared,
}

/// <summary>Draws the masks of dropout of a network: numbers become 0 with a probability, the others are divided by 1 - probability.</summary>
sealed class Masks
{
    readonly Generator generator;
    Generator current;

    /// <summary>Makes a source of masks; none are drawn until <see cref="Use"/>.</summary>
    public Masks(Generator generator) => this.generator = current = generator;

    /// <summary>What is drawn at present.</summary>
    public MaskKind Kind { get; private set; } = MaskKind.None;

    /// <summary>The state of the stream for training.</summary>
    public Tensor State => generator.State;

    /// <summary>Draws masks until disposal, from another stream if one is given.</summary>
    public IDisposable Use(MaskKind kind, Generator? source = null)
    {
        var scope = new Scope(this, Kind, current);
        Kind = kind;
        current = source ?? generator;
        return scope;
    }

    /// <summary>Masks rows [rows, width].</summary>
    public Tensor Apply(Tensor x, double rate)
    {
        if (Kind == MaskKind.None || rate == 0) return x;
        Shape shape = Kind == MaskKind.Shared ? [1, x.Shape[1]] : x.Shape;
        return x * current.DropMask(shape, rate, x.DType);
    }

    sealed class Scope(Masks masks, MaskKind kind, Generator source) : IDisposable
    {
        public void Dispose() => (masks.Kind, masks.current) = (kind, source);
    }
}
