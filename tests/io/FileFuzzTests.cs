using System.Diagnostics;
using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

/// <summary>Whatever the bytes are, a reader returns or throws one of the engine's errors, in bounded time and memory.</summary>
[TestFixture]
public sealed class FileFuzzTests
{
    const int Mutations = 600;
    const long MemoryPerRead = 64 << 20;
    static readonly TimeSpan TimePerFile = TimeSpan.FromSeconds(30);

    static readonly string[] Patterns = ["*.npy", "*.npz", "*.safetensors", "*.idx", "*.idx.gz", "*.csv", "*.csv.gz"];

    static IEnumerable<string> Files() => Patterns.SelectMany(Fixtures);

    [TestCaseSource(nameof(Files))]
    public void Mutated_bytes_are_read_or_refused(string name)
    {
        int seed = StringComparer.Ordinal.Compare(name, "") + name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
        TestContext.Out.WriteLine($"{name}: seed {seed}");
        var random = new Random(seed);
        byte[] original = File.ReadAllBytes(Fixture(name));
        var clock = Stopwatch.StartNew();
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutant = Mutate(original, random);
            if (!TryRead(name, mutant, $"seed {seed}, mutation {i}")) refused++;
        }

        Assert.That(clock.Elapsed, Is.LessThan(TimePerFile), $"seed {seed}");
        Assert.That(refused, Is.GreaterThan(0), "some mutation must be noticed");
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_cut_at_any_length_is_refused(string name)
    {
        byte[] original = File.ReadAllBytes(Fixture(name));
        // A table without compression has no end mark: a cut one may be a shorter table.
        bool mayParse = name.EndsWith(".csv", StringComparison.Ordinal);
        // Half of gzip's magic is a text of one character, and the first of two members is a file of its own.
        bool isGzip = name.EndsWith(".gz", StringComparison.Ordinal);
        int whole = name == "members.csv.gz" ? FirstMember(original) : -1;
        for (int length = isGzip ? 2 : 0; length < original.Length; length++)
        {
            bool isRead = TryRead(name, original[..length], $"cut at {length}");
            Assert.That(isRead && !mayParse && length != whole, Is.False, $"{name} cut at {length} of {original.Length}");
        }
    }

    static int FirstMember(byte[] bytes) => 2 + bytes.AsSpan(2).IndexOf([(byte)0x1F, (byte)0x8B]);

    /// <summary>One to four edits: flipped bits, extreme bytes, a stretch removed, doubled or swapped for another.</summary>
    static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)255; break;
                case 3: bytes.RemoveRange(at, length); break;
                case 4: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
                case 5: bytes[at] = (byte)"0123456789-,:'\"{}[]()"[random.Next(20)]; break;
                default:
                    for (int i = 0; i < length; i++) bytes[at + i] = 255;
                    break;
            }
        }

        return [.. bytes];
    }

    static bool TryRead(string name, byte[] bytes, string context)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = true;
        try
        {
            Read(name, bytes);
        }
        catch (AdjointException failure)
        {
            isRead = false;
            Assert.That(failure.Message.Any(char.IsControl), Is.False, $"{context}: {failure.Message}");
        }
        catch (Exception failure)
        {
            Assert.Fail($"{name}, {context}: {failure}");
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MemoryPerRead), context);
        return isRead;
    }

    static void Read(string name, byte[] bytes)
    {
        if (name.EndsWith(".npz", StringComparison.Ordinal)) Npz.Read(bytes);
        else if (name.StartsWith("text", StringComparison.Ordinal)) Npy.ReadText(bytes, out _);
        else if (name.EndsWith(".npy", StringComparison.Ordinal)) Npy.Read(bytes);
        else if (name.EndsWith(".safetensors", StringComparison.Ordinal)) Safetensors.Read(bytes);
        else if (name.Contains(".idx", StringComparison.Ordinal)) Idx.Read(bytes);
        else ReadTable(Csv.Read(bytes));
    }

    static void ReadTable(CsvTable table)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            table.Text(column);
            if (table.IsNumeric(column)) table.Numbers(column);
        }

        table.ToTensor();
    }
}
