using StbImageWriteSharp;

namespace Adjoint.Models;

/// <summary>Pixels: red, green, blue, one byte each, row by row from the top.</summary>
public sealed record Picture(int Width, int Height, byte[] Pixels)
{
    const int LabelGap = 2;
    const int LargestSide = 8192;

    /// <summary>
    /// Images side by side, each pixel as a square of <paramref name="scale"/> pixels, with labels under them.
    /// </summary>
    /// <param name="images">Float or i64 or i32 tensor [count, height, width] (grey) or [count, height, width, 3] (colour).</param>
    /// <param name="labels">A label for each image; capitals and digits are drawn, cut to the image's width.</param>
    /// <param name="columns">Images a row; 0 makes the grid about square.</param>
    /// <param name="scale">Side of a pixel; 0 makes images about 64 pixels wide.</param>
    /// <param name="low">Value shown black.</param>
    /// <param name="high">Value shown white; below <paramref name="low"/> it shows dark on light.</param>
    /// <param name="gap">Pixels around an image.</param>
    /// <exception cref="ShapeException">The tensor has another shape, or the grid is larger than 8192 pixels a side.</exception>
    public static Picture Grid(
        Tensor images, IReadOnlyList<string>? labels = null, int columns = 0, int scale = 0, double low = 0, double high = 1, int gap = 2)
    {
        ArgumentNullException.ThrowIfNull(images);
        bool isColour = images.Rank == 4 && images.Shape[3] == 3;
        if (images.Rank != 3 && !isColour)
            throw new ShapeException($"Picture.Grid: images {images.Shape} are not [count, height, width] or [count, height, width, 3]. Reshape or permute them.");
        int count = images.Shape[0], height = images.Shape[1], width = images.Shape[2];
        if (images.Count == 0) throw new ShapeException($"Picture.Grid: images {images.Shape} hold no pixel. Show at least one.");
        if (labels is not null && labels.Count != count) throw new ShapeException($"Picture.Grid: {labels.Count} labels for {count} images. Give one for each.");
        if (columns <= 0) columns = (int)Math.Ceiling(Math.Sqrt(count));
        columns = Math.Min(columns, count);
        if (scale <= 0) scale = Math.Max(1, 64 / width);
        double[] values = images.Detach().To(DType.F64).Read<double>();
        int cellWidth = (width * scale) + gap;
        int cellHeight = (height * scale) + gap + (labels is null ? 0 : PixelFont.Height + LabelGap);
        var canvas = Blank(((long)cellWidth * columns) + gap, ((long)cellHeight * ((count + columns - 1) / columns)) + gap);
        int channels = isColour ? 3 : 1;
        for (int i = 0; i < count; i++)
        {
            int left = gap + (i % columns * cellWidth), top = gap + (i / columns * cellHeight);
            for (int y = 0; y < height * scale; y++)
            {
                for (int x = 0; x < width * scale; x++)
                {
                    int source = ((((i * height) + (y / scale)) * width) + (x / scale)) * channels;
                    int target = (((top + y) * canvas.Width) + left + x) * 3;
                    for (int c = 0; c < 3; c++) canvas.Pixels[target + c] = Shade(values[source + (isColour ? c : 0)], low, high);
                }
            }

            if (labels is not null) PixelFont.Draw(canvas, labels[i], left, top + (height * scale) + 1, width * scale);
        }

        return canvas;
    }

    /// <summary>A matrix as colours from dark violet (low) over green to yellow (high); NaN is grey.</summary>
    /// <param name="values">Float tensor [height, width]; row 0 is at the top.</param>
    /// <param name="scale">Side of a cell in pixels; 0 makes the longer side about 384 pixels.</param>
    /// <param name="low">Value of the darkest colour; NaN takes the smallest value.</param>
    /// <param name="high">Value of the brightest colour; NaN takes the largest value.</param>
    /// <exception cref="ShapeException">The tensor is not a matrix, is empty or too large.</exception>
    public static Picture HeatMap(Tensor values, int scale = 0, double low = double.NaN, double high = double.NaN)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 2 || values.Count == 0) throw new ShapeException($"Picture.HeatMap: values {values.Shape} are not a matrix. Reshape to [height, width].");
        int height = values.Shape[0], width = values.Shape[1];
        if (scale <= 0) scale = Math.Max(1, 384 / Math.Max(width, height));
        double[] numbers = values.Detach().To(DType.F64).Read<double>();
        if (double.IsNaN(low)) low = numbers.Where(double.IsFinite).DefaultIfEmpty(0).Min();
        if (double.IsNaN(high)) high = numbers.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        Picture canvas = Blank((long)width * scale, (long)height * scale);
        for (int y = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++)
                ColourScale.At((numbers[(y / scale * width) + (x / scale)] - low) / (high - low), canvas.Pixels.AsSpan(((y * canvas.Width) + x) * 3, 3));
        }

        return canvas;
    }

    /// <summary>The picture as a PNG file.</summary>
    public byte[] ToPng()
    {
        using var stream = new MemoryStream();
        new ImageWriter().WritePng(Pixels, Width, Height, ColorComponents.RedGreenBlue, stream);
        return stream.ToArray();
    }

    static Picture Blank(long width, long height)
    {
        if (width > LargestSide || height > LargestSide)
            throw new ShapeException($"A picture of {width} x {height} pixels is above {LargestSide} a side. Show fewer or smaller images.");
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)255);
        return new Picture((int)width, (int)height, pixels);
    }

    static byte Shade(double value, double low, double high)
    {
        double level = (value - low) / (high - low);
        return double.IsNaN(level) ? (byte)128 : (byte)Math.Round(Math.Clamp(level, 0, 1) * 255);
    }
}
