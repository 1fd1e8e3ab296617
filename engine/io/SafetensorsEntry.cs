namespace Adjoint;

/// <summary>What a safetensors header says about one tensor.</summary>
public sealed record SafetensorsEntry
{
    internal SafetensorsEntry(string name, StoredType type, Shape shape, long begin, long end)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>Name of the tensor.</summary>
    public string Name { get; }

    /// <summary>The dtype in the file, as the format spells it: <c>F32</c>, <c>BF16</c>, …</summary>
    public string StoredAs => Type.ToString().ToUpperInvariant();

    /// <summary>The dtype that reading gives: F16 and BF16 become f32, integers below 32 bits i32, U32 i64.</summary>
    public DType DType => Type.Target();

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape { get; }

    internal StoredType Type { get; }

    /// <summary>Position of the first byte, from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Position behind the last byte.</summary>
    internal long End { get; }
}

/// <summary>The tensors and the metadata of a safetensors file, both in the order of its header.</summary>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
