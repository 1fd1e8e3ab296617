using System.Security.Cryptography;
using System.Text;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>Where the fastest tiles of a device are kept between runs: one JSON file a kind of device, in the folder of compiled kernels.</summary>
public static class TuningFile
{
    const int LargestFile = 4 << 20;

    /// <summary>Path of a device's file.</summary>
    /// <param name="description">The device as it describes itself.</param>
    public static string PathOf(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Path.Combine(Settings.KernelFolder, $"matmul-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description)).AsSpan(0, 8))}.json");
    }

    /// <summary>What was kept; null where there is nothing, or nothing that can be read.</summary>
    public static MatMulTuning? Read(string path)
    {
        try
        {
            // No more is read than a file may have, whatever its length says.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[(int)Math.Min(file.Length, LargestFile) + 1];
            int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count < bytes.Length ? MatMulTuning.FromJson(bytes.AsMemory(0, count)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static void Write(string path, MatMulTuning tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        AtomicFile.Write(path, stream => stream.Write(tuning.ToJson()));
    }
}
