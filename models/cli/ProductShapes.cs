using System.Globalization;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>Shapes of matrix products as they are typed and shown: ROWSxCOLUMNSxINNER, with BATCHx before it for several products and :f32 (the default), :tf32, :bf16 or :f64 behind it.</summary>
static class ProductShapes
{
    const string Example = "Write for example 1024x1024x1024, or 8x256x256x64:tf32 for a batch of 8.";

    static readonly (string Name, string Element, MatMulPrecision Precision)[] Numbers =
    [
        ("f32", "f32", MatMulPrecision.Exact), ("tf32", "f32", MatMulPrecision.Tf32), ("bf16", "f32", MatMulPrecision.Bf16), ("f64", "f64", MatMulPrecision.Exact),
    ];

    // Batch, outputs and inputs of the models' layers; each gives three products, forward and backward.
    static readonly (int Batch, int Outputs, int Inputs)[] Layers =
    [
        (16, 256, 256), (64, 64, 64), (100, 128, 64), (256, 64, 64), (256, 10, 256), (1024, 512, 512), (4096, 1024, 256),
    ];

    // Queries with keys, and weights with values, of attention.
    static readonly string[] Batches = ["96x256x256x64", "96x256x64x256", "192x197x197x64", "192x197x64x197"];

    /// <summary>The shapes that are measured where none are named: squares in all numbers, the models' layers, attention.</summary>
    public static IReadOnlyList<MatMulShapeKey> Standard { get; } =
    [
        .. ((int[])[128, 256, 512, 1024, 2048, 4096]).SelectMany(static n => Numbers.Select(one => new MatMulShapeKey(one.Element, one.Precision, 1, n, n, n))),
        .. Numbers.Where(static one => one.Element == "f32").Select(static one => new MatMulShapeKey(one.Element, one.Precision, 1, 8192, 8192, 8192)),
        .. Layers.SelectMany(static layer => (MatMulShapeKey[])[Of(layer.Batch, layer.Outputs, layer.Inputs), Of(layer.Batch, layer.Inputs, layer.Outputs), Of(layer.Outputs, layer.Inputs, layer.Batch)]).Distinct(),
        .. Batches.Select(Parse),
    ];

    /// <summary>Reads a shape.</summary>
    /// <exception cref="SettingException">It is none.</exception>
    public static MatMulShapeKey Parse(string text)
    {
        string[] parts = text.Split(':'), sizes = parts[0].Split('x');
        int[] numbers = [.. sizes.Select(static size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        if (parts.Length > 2 || numbers.Length is not (3 or 4) || numbers.Contains(0)) throw new SettingException($"--set {Names.Show(text, 60)}: not ROWSxCOLUMNSxINNER. {Example}");
        string name = parts.Length > 1 ? parts[1] : "f32";
        int kind = Array.FindIndex(Numbers, one => one.Name == name);
        if (kind < 0) throw new SettingException($"--set {Names.Show(text, 60)}: no numbers '{Names.Show(name, 20)}'. Numbers: {string.Join(", ", Numbers.Select(static one => one.Name))}.");
        int[] whole = numbers.Length == 3 ? [1, .. numbers] : numbers;
        if (whole[1] == 1 || whole[2] == 1) throw new SettingException($"--set {Names.Show(text, 60)}: a product with a vector has one kernel and no tiles. Give at least 2 rows and 2 columns.");
        return new(Numbers[kind].Element, Numbers[kind].Precision, whole[0], whole[1], whole[2], whole[3]);
    }

    /// <summary>A shape as <see cref="Parse"/> reads it.</summary>
    public static string Text(MatMulShapeKey shape) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(shape.Batch == 1 ? "" : $"{shape.Batch}x")}{shape.Rows}x{shape.Columns}x{shape.Inner}:{Array.Find(Numbers, one => one.Element == shape.Element && one.Precision == shape.Precision).Name}");

    static MatMulShapeKey Of(int rows, int columns, int inner) => new("f32", MatMulPrecision.Exact, 1, rows, columns, inner);
}
