namespace Adjoint.Models;

/// <summary>
/// A scale from dark violet over blue-green to yellow whose lightness rises evenly, so that it reads the same in grey and for colour-blind eyes.
/// </summary>
static class ColourScale
{
    // Nine points of the viridis scale (CC0), joined by straight lines.
    static ReadOnlySpan<byte> Anchors =>
    [
        68, 1, 84, 71, 44, 122, 59, 81, 139, 44, 113, 142, 33, 144, 141, 39, 173, 129, 92, 200, 99, 170, 220, 50, 253, 231, 37,
    ];

    /// <summary>Writes the colour of a level from 0 to 1; levels outside take the nearest end, NaN is grey.</summary>
    public static void At(double level, Span<byte> colour)
    {
        if (double.IsNaN(level))
        {
            colour.Fill(128);
            return;
        }

        double position = Math.Clamp(level, 0, 1) * 8;
        int index = Math.Min((int)position, 7);
        double part = position - index;
        for (int c = 0; c < 3; c++)
            colour[c] = (byte)Math.Round((Anchors[(index * 3) + c] * (1 - part)) + (Anchors[(index * 3) + 3 + c] * part));
    }
}
