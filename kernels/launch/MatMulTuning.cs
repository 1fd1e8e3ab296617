using System.Text.Json;

namespace Adjoint.Kernels;

/// <summary>A shape of products for which a device was measured.</summary>
/// <param name="Element">f32 or f64.</param>
/// <param name="Precision">Rounding of operands that was allowed.</param>
/// <param name="Batch">Number of products.</param>
/// <param name="Rows">Rows of the target.</param>
/// <param name="Columns">Columns of the target.</param>
/// <param name="Inner">Length of the sums.</param>
public readonly record struct MatMulShapeKey(string Element, MatMulPrecision Precision, int Batch, int Rows, int Columns, int Inner);

/// <summary>
/// The tile that was fastest for each shape measured on one device, in place of the shipped default. Kept as JSON; a file is trusted no more than other input: entries that name no tile of their kind
/// are passed over when a product is chosen.
/// </summary>
public sealed class MatMulTuning
{
    /// <summary>The most entries that are read.</summary>
    public const int MaxEntries = 4096;

    const int Version = 1, LongestText = 256;

    readonly Dictionary<MatMulShapeKey, string> tiles = [];

    /// <summary>Shapes and the names of their tiles.</summary>
    public IReadOnlyDictionary<MatMulShapeKey, string> Tiles => tiles;

    /// <summary>The device on which they were measured as it describes itself; null if that is not known.</summary>
    public string? Device { get; init; }

    /// <summary>Sets the tile of a shape.</summary>
    public void Set(MatMulShapeKey shape, string tile) => tiles[shape] = tile;

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for anything else.</summary>
    public static MatMulTuning? FromJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out JsonElement version) || !version.TryGetInt32(out int number) || number != Version) return null;
            if (!root.TryGetProperty("tiles", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxEntries) return null;
            var tuning = new MatMulTuning { Device = root.TryGetProperty("device", out JsonElement device) ? device.GetString() : null };
            foreach (JsonElement one in list.EnumerateArray())
            {
                string? element = Member(one, "element").GetString(), tile = Member(one, "tile").GetString(), name = Member(one, "precision").GetString();
                int precision = Array.IndexOf(Enum.GetNames<MatMulPrecision>(), name);
                if (precision < 0 || element is not ("f32" or "f64") || tile is not { Length: > 0 and <= LongestText }) return null;
                tuning.Set(new(element, Enum.GetValues<MatMulPrecision>()[precision], Size(one, "batch"), Size(one, "rows"), Size(one, "columns"), Size(one, "inner")), tile);
            }

            return tuning;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // What is missing is of no kind, and reading it as one is an error that counts as damage.
    static JsonElement Member(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement value) ? value : default;

    static int Size(JsonElement one, string name) => Member(one, name).GetInt32() is > 0 and int size ? size : throw new FormatException(name);

    /// <summary>All entries as JSON, UTF-8.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            if (Device is not null) writer.WriteString("device", Device);
            writer.WriteStartArray("tiles");
            foreach ((MatMulShapeKey shape, string tile) in tiles)
            {
                writer.WriteStartObject();
                writer.WriteString("element", shape.Element);
                writer.WriteString("precision", shape.Precision.ToString());
                writer.WriteNumber("batch", shape.Batch);
                writer.WriteNumber("rows", shape.Rows);
                writer.WriteNumber("columns", shape.Columns);
                writer.WriteNumber("inner", shape.Inner);
                writer.WriteString("tile", tile);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The shape of a request as it is looked up.</summary>
    public static MatMulShapeKey KeyOf(in MatMulRequest request) => new(
        KernelReference.Label(request.Element), request.Element == typeof(float) ? request.Precision : MatMulPrecision.Exact, request.Batch, request.Product.Rows, request.Product.Columns,
        request.Product.Inner);
}
