namespace Adjoint.Models.DeepIv;

/// <summary>Handwritten digits of 28 x 28 pixels as bytes, with their labels; one of MNIST's two parts. LeCun et al. 1998.</summary>
public sealed class MnistImages
{
    /// <summary>Width and height of an image.</summary>
    public const int Side = 28;

    /// <summary>Pixels of an image.</summary>
    public const int Pixels = Side * Side;

    const int Classes = 10;
    const double White = 255;

    readonly byte[] pixels;
    readonly int[][] rowsOfClass;

    MnistImages(byte[] pixels, int[][] rowsOfClass) => (this.pixels, this.rowsOfClass) = (pixels, rowsOfClass);

    /// <summary>Reads two IDX files.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or they do not belong together.</exception>
    public static MnistImages Read(string imagesFile, string labelsFile)
    {
        byte[] pixels = Idx.ReadBytes(imagesFile, out Shape images), labels = Idx.ReadBytes(labelsFile, out Shape names);
        if (images.Rank != 3 || images[1] != Side || images[2] != Side)
            throw new DataException($"{imagesFile}: holds {images}, not images of {Side} x {Side} pixels. Name the file of MNIST images.");
        if (names.Rank != 1 || names[0] != images[0])
            throw new DataException($"{labelsFile}: holds {names} labels for {images[0]} images. Name the labels that belong to the images.");
        int wrong = Array.FindIndex(labels, static label => label >= Classes);
        if (wrong >= 0) throw new DataException($"{labelsFile}: label {wrong} is {labels[wrong]}, not a digit. Fetch the file again.");
        var rows = new int[Classes][];
        for (int i = 0; i < Classes; i++) rows[i] = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] == i)];
        return new MnistImages(pixels, rows);
    }

    /// <summary>An image of each asked digit, in [0, 1], f64 [digits, 784]: drawn without replacement.</summary>
    /// <exception cref="DataException">There are fewer images of a digit than are asked for.</exception>
    public Tensor Draw(IReadOnlyList<int> digits, Key key)
    {
        ArgumentNullException.ThrowIfNull(digits);
        var order = new long[Classes][];
        for (int i = 0; i < Classes; i++) order[i] = new Generator(key.Split(i)).Permutation(rowsOfClass[i].Length).Read<long>();
        var used = new int[Classes];
        var values = new double[(long)digits.Count * Pixels];
        for (int i = 0; i < digits.Count; i++)
        {
            int digit = digits[i], place = used[digit]++;
            if (place >= order[digit].Length) throw new DataException($"There are {place} images of the digit {digit}, and more are asked for. Draw fewer rows.");
            int row = rowsOfClass[digit][order[digit][place]];
            for (int j = 0; j < Pixels; j++) values[(i * Pixels) + j] = pixels[(row * Pixels) + j] / White;
        }

        return Tensor.From<double>(values, [digits.Count, Pixels]);
    }
}
