using System.IO.Compression;
using System.Reflection;

namespace Adjoint.Models;

/// <summary>
/// The 1,797 handwritten digits of 8 x 8 pixels and 17 grey levels that scikit-learn ships (UCI: Optical Recognition of Handwritten Digits), embedded
/// in this assembly under their licence, digits.LICENSE.
/// </summary>
public sealed class Digits
{
    /// <summary>Side of an image in pixels.</summary>
    public const int Side = 8;

    /// <summary>Pixels of an image.</summary>
    public const int Pixels = Side * Side;

    /// <summary>Largest grey level; the smallest is 0.</summary>
    public const int White = 16;

    /// <summary>Number of classes.</summary>
    public const int Classes = 10;

    const int Rows = 1797;

    Digits(byte[] images, long[] labels)
    {
        Images = images;
        Labels = labels;
    }

    /// <summary>Grey levels 0 … 16, row after row, image after image.</summary>
    public byte[] Images { get; }

    /// <summary>Digit of each image.</summary>
    public long[] Labels { get; }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads the embedded images.</summary>
    public static Digits Load()
    {
        using Stream packed = Assembly.GetExecutingAssembly().GetManifestResourceStream("digits.csv.gz")!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var images = new byte[Rows * Pixels];
        var labels = new long[Rows];
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<char> line = reader.ReadLine();
            int column = 0;
            foreach (Range cell in line.Split(','))
            {
                int value = int.Parse(line[cell], System.Globalization.CultureInfo.InvariantCulture);
                if (column == Pixels) labels[row] = value;
                else images[(row * Pixels) + column] = (byte)value;
                column++;
            }
        }

        return new Digits(images, labels);
    }

    /// <summary>The listed images scaled so that black is <paramref name="black"/> and white is <paramref name="white"/>, f32 [count, 64], and their labels, i64 [count].</summary>
    public (Tensor Images, Tensor Labels) Take(ReadOnlySpan<int> rows, double black, double white)
    {
        var pixels = new float[rows.Length * Pixels];
        var labels = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            labels[i] = Labels[rows[i]];
            for (int p = 0; p < Pixels; p++) pixels[(i * Pixels) + p] = (float)(black + ((white - black) * Images[(rows[i] * Pixels) + p] / White));
        }

        return (Tensor.From<float>(pixels, [rows.Length, Pixels]), Tensor.From<long>(labels, [rows.Length]));
    }
}
