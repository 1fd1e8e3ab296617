namespace Adjoint.Models;

/// <summary>Capitals, digits and a few signs of 3 x 5 dots, drawn twice as large, for labels inside pictures.</summary>
static class PixelFont
{
    const int Dot = 2;
    const int Columns = 3;
    const int Rows = 5;

    /// <summary>Height of a line in pixels.</summary>
    public const int Height = Rows * Dot;

    const int Advance = (Columns + 1) * Dot;

    // Five rows of three dots, from the top left.
    const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-.,:/=()%>_";

    static ReadOnlySpan<ushort> Glyphs =>
    [
        0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111, 0b111_001_111_001_111, 0b101_101_111_001_001,
        0b111_100_111_001_111, 0b111_100_111_101_111, 0b111_001_010_010_010, 0b111_101_111_101_111, 0b111_101_111_001_111,
        0b010_101_111_101_101, 0b110_101_110_101_110, 0b011_100_100_100_011, 0b110_101_101_101_110, 0b111_100_110_100_111,
        0b111_100_110_100_100, 0b011_100_101_101_011, 0b101_101_111_101_101, 0b111_010_010_010_111, 0b001_001_001_101_010,
        0b101_101_110_101_101, 0b100_100_100_100_111, 0b101_111_111_101_101, 0b110_101_101_101_101, 0b010_101_101_101_010,
        0b110_101_110_100_100, 0b010_101_101_110_011, 0b110_101_110_101_101, 0b011_100_010_001_110, 0b111_010_010_010_010,
        0b101_101_101_101_111, 0b101_101_101_101_010, 0b101_101_111_111_101, 0b101_101_010_101_101, 0b101_101_010_010_010,
        0b111_001_010_100_111, 0b000_010_111_010_000, 0b000_000_111_000_000, 0b000_000_000_000_010, 0b000_000_000_010_100,
        0b000_010_000_010_000, 0b001_001_010_100_100, 0b000_111_000_111_000, 0b001_010_010_010_001, 0b100_010_010_010_100,
        0b101_001_010_100_101, 0b100_010_001_010_100, 0b000_000_000_000_111,
    ];

    /// <summary>Draws text in dark grey with its top left corner at (left, top), cut to a width. Letters without a glyph are spaces.</summary>
    public static void Draw(Picture picture, string text, int left, int top, int width)
    {
        for (int i = 0; i < text.Length && ((i + 1) * Advance) - Dot <= width; i++)
        {
            int index = Letters.IndexOf(char.ToUpperInvariant(text[i]), StringComparison.Ordinal);
            if (index >= 0) DrawGlyph(picture, Glyphs[index], left + (i * Advance), top);
        }
    }

    static void DrawGlyph(Picture picture, ushort glyph, int left, int top)
    {
        for (int y = 0; y < Rows * Dot; y++)
        {
            for (int x = 0; x < Columns * Dot; x++)
            {
                if ((glyph >> ((Rows * Columns) - 1 - (y / Dot * Columns) - (x / Dot)) & 1) == 0) continue;
                picture.Pixels.AsSpan((((top + y) * picture.Width) + left + x) * 3, 3).Fill(64);
            }
        }
    }
}
