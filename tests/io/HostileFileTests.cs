using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

/// <summary>Damaged and hostile files: each gives one line with file, problem and remedy, and costs no memory beyond the file's own size.</summary>
[TestFixture]
public sealed class HostileFileTests
{
    // Above what inflating to the limit of one MiB takes, below what the largest false length here announces.
    const long Allowance = 3_500_000;

    static readonly string Terabyte = (1L << 40).ToString(System.Globalization.CultureInfo.InvariantCulture);

    static TestCaseData Case(string name, string extension, byte[] bytes, string words) =>
        new TestCaseData(extension, bytes, words).SetArgDisplayNames(name);

    static TestCaseData Header(string name, string json, int dataBytes, string words) =>
        Case(name, ".safetensors", SafetensorsBytes(json, dataBytes), words);

    static TestCaseData Array(string name, string dictionary, int dataBytes, string words, byte major = 1) =>
        Case(name, ".npy", NpyBytes(dictionary, dataBytes, major), words);

    static TestCaseData Table(string name, string text, string words) => Case(name, ".csv", Encoding.UTF8.GetBytes(text), words);

    static IEnumerable<TestCaseData> SafetensorsCases() =>
    [
        Case("empty file", ".safetensors", [], "too short"),
        Case("shorter than its length field", ".safetensors", [1, 0, 0], "too short"),
        Case("header of 2^63 bytes", ".safetensors", [0, 0, 0, 0, 0, 0, 0, 0x80, (byte)'{'], "above the limit"),
        Case("header over the cap", ".safetensors", [.. BitConverter.GetBytes(100_000_001L), .. "{}"u8], "above the limit"),
        Case("header longer than the file", ".safetensors", [.. BitConverter.GetBytes(100L), .. "{}"u8], "cut short"),
        Header("header of nothing", "", 0, "not a JSON object"),
        Header("header is an array", "[]", 0, "not a JSON object"),
        Header("header starts with a blank", " {}", 0, "not a JSON object"),
        Header("JSON cut off", "{\"a\":", 0, "not JSON"),
        Header("two JSON values", "{}{}", 0, "not JSON"),
        Header("trailing comma", "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},}", 4, "not JSON"),
        Header("half a surrogate", "{\"\\ud800\":{}}", 0, "not JSON"),
        Case("invalid UTF-8", ".safetensors", [.. BitConverter.GetBytes(6L), (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'}'], "not UTF-8"),
        Header("nesting", "{\"a\":{\"x\":" + new string('[', 1000), 0, "not JSON"),
        Header("name twice", Entry("a", "F32", "1", "0,4", more: Entry("a", "F32", "1", "4,8", bare: true)), 8, "'a' twice"),
        Header("field twice", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype twice"),
        Header("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ twice"),
        Header("metadata key twice", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "'k' twice"),
        Header("metadata that is no text", "{\"__metadata__\":{\"k\":1}}", 0, "not text"),
        Header("metadata that is no object", "{\"__metadata__\":[]}", 0, "not an object"),
        Header("entry that is no object", "{\"a\":3}", 0, "other than an object"),
        Header("fields missing", "{\"a\":{\"dtype\":\"F32\"}}", 0, "lacks"),
        Header("unknown dtype", Entry("a", "F8_E4M3", "4", "0,4"), 4, "'F8_E4M3'"),
        Header("dtype that is no text", "{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype"),
        Header("nine axes", Entry("a", "F32", "1,1,1,1,1,1,1,1,1", "0,4"), 4, "more than 8"),
        Header("negative size", Entry("a", "F32", "-1", "0,4"), 4, "whole numbers"),
        Header("fractional size", Entry("a", "F32", "1.5", "0,4"), 4, "whole numbers"),
        Header("size beyond 64 bits", Entry("a", "F32", "99999999999999999999", "0,4"), 4, "whole numbers"),
        Header("2^40 elements on one axis", Entry("a", "F32", Terabyte, $"0,{1L << 42}"), 4, "outside 0 to 2^31"),
        Header("2^40 elements on two axes", Entry("a", "F32", "1048576,1048576", $"0,{1L << 42}"), 4, "larger than one tensor"),
        Header("product that wraps to zero", Entry("a", "F32", "65536,65536,65536,65536", "0,0"), 0, "larger than one tensor"),
        Header("one GiB that is not there", Entry("a", "F32", "268435456", "0,1073741824"), 4, "cut short"),
        Header("offsets do not fit the shape", Entry("a", "F32", "2", "0,4"), 4, "needs 8"),
        Header("offsets run backwards", Entry("a", "F32", "1", "4,0"), 4, "needs 4"),
        Header("offsets near 2^63", Entry("a", "U8", "2", "9223372036854775805,9223372036854775807"), 4, "a hole"),
        Header("three offsets", Entry("a", "F32", "1", "0,4,8"), 4, "more than 2"),
        Header("overlap", Entry("a", "F32", "2", "0,8", more: Entry("b", "F32", "1", "4,8", bare: true)), 8, "an overlap"),
        Header("hole", Entry("a", "F32", "1", "0,4", more: Entry("b", "F32", "1", "8,12", bare: true)), 12, "a hole"),
        Header("hole at the start", Entry("a", "F32", "1", "4,8"), 8, "a hole"),
        Header("data cut short", Entry("a", "F32", "2", "0,8"), 7, "cut short"),
        Header("data appended", Entry("a", "F32", "2", "0,8"), 9, "appended"),
        Case("truth value 2", ".safetensors", [.. SafetensorsBytes(Entry("a", "BOOL", "1", "0,1"), 0), 2], "truth value 2"),
    ];

    static IEnumerable<TestCaseData> NpyCases() =>
    [
        Case("empty file", ".npy", [], "magic"),
        Case("other magic", ".npy", [.. "NOTNUMPY...."u8], "magic"),
        Case("magic alone", ".npy", [0x93, .. "NUMPY"u8], "ends within"),
        Case("version 9", ".npy", NpyBytes("{}", 0, 9), "version 9.0"),
        Case("header cut off", ".npy", [0x93, .. "NUMPY"u8, 1, 0, 200, 0, (byte)'{'], "ends within"),
        Case("header of 4 GiB", ".npy", [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, (byte)'{'], "above the limit"),
        Array("no dictionary", "np.load('x')", 0, "'{' is missing"),
        Array("code in the dictionary", "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }", 4, "whole number"),
        Array("key missing", "{'descr': '<f4', 'shape': (1,), }", 4, "is missing"),
        Array("key twice", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, "'descr'"),
        Array("unknown key", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", 4, "'x'"),
        Array("text not closed", "{'descr': '<f4", 4, "closing quote"),
        Array("order is no truth value", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", 4, "True or False"),
        Array("shape is no tuple", "{'descr': '<f4', 'fortran_order': False, 'shape': (1), }", 4, "not a tuple"),
        Array("negative size", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, "whole number"),
        Array("size beyond 64 bits", "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 4, "whole number"),
        Array("nine axes", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(',', Enumerable.Repeat(1, 9))}), }}", 4, "9 axes"),
        Array("a thousand axes", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(',', Enumerable.Repeat(1, 1000))}), }}", 4, "more than 64"),
        Array("2^40 elements", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Terabyte},), }}", 4, "outside 0 to 2^31"),
        Array("2^40 elements in Fortran order", "{'descr': '<f8', 'fortran_order': True, 'shape': (1048576, 1048576), }", 4, "larger than one tensor"),
        Array("one GiB that is not there", "{'descr': '<f4', 'fortran_order': False, 'shape': (268435456,), }", 4, "cut short"),
        Array("texts of no characters", "{'descr': '<U0', 'fortran_order': False, 'shape': (268435456,), }", 0, "no characters"),
        Array("texts of 2^29 characters", "{'descr': '<U536870911', 'fortran_order': False, 'shape': (268435456,), }", 4, "cut short"),
        Array("data cut short", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 7, "cut short"),
        Array("data appended", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 9, "extended"),
        Array("text behind the dictionary", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }x", 4, "follows the dictionary"),
        Array("dtype without byte order", "{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", 4, "'|f4'"),
        Array("text, not numbers", "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", 4, "holds text"),
        Case("truth value 3", ".npy", [.. NpyBytes("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", 0), 3], "truth value 3"),
        Case("complex numbers", ".npy", File.ReadAllBytes(Fixture("complex.npy")), "'<c8'"),
        Case("records", ".npy", File.ReadAllBytes(Fixture("record.npy")), "records"),
        Case("pickled objects", ".npy", File.ReadAllBytes(Fixture("object.npy")), "pickled"),
    ];

    static IEnumerable<TestCaseData> ArchiveCases() =>
    [
        Case("empty file", ".npz", [], "no zip archive"),
        Case("no archive", ".npz", [.. "PK but nothing more follows"u8], "no zip archive"),
        Case("archive cut short", ".npz", File.ReadAllBytes(Fixture("stored.npz"))[..500], "no zip archive"),
        Case("entry is no array", ".npz", Zip(("a.npy", "hello"u8.ToArray())), "magic"),
        Case("two entries of one name", ".npz", Zip(("a.npy", NpyBytes("", 0)), ("a", NpyBytes("", 0))), "two arrays named 'a'"),
        Case("path that climbs", ".npz", Zip(("../../etc/passwd", "root"u8.ToArray())), "magic"),
        Case("bomb over the limit", ".npz", Zip(("a.npy", new byte[8 << 20])), "more than the"),
        Case("declared length too small", ".npz", Patch(Zip(("a.npy", new byte[4096])), 4096, 16), "checksum|declares 16"),
        Case("declared length too large", ".npz", Patch(Zip(("a.npy", new byte[4096])), 4096, 65536), "declares"),
        Case("declared length beyond deflate", ".npz", Patch(Zip(("a.npy", new byte[4096])), 4096, 3 << 20), "more than deflate"),
        Case("both declared lengths false", ".npz", PatchBoth(new byte[4096], 4000000), "more than deflate"),
        Case("checksum wrong", ".npz", FlipStoredByte(), "checksum"),
    ];

    static IEnumerable<TestCaseData> IdxCases() =>
    [
        Case("empty file", ".idx", [], "two zero bytes"),
        Case("other magic", ".idx", [1, 2, 8, 1, 0, 0, 0, 0], "two zero bytes"),
        Case("unknown format", ".idx", [0, 0, 0x0A, 1, 0, 0, 0, 0], "0A"),
        Case("header cut off", ".idx", [0, 0, 8, 3, 0, 0, 0, 1], "ends within"),
        Case("255 axes", ".idx", [0, 0, 8, 255, .. new byte[4 * 255]], "255 axes"),
        Case("2^32 - 1 elements", ".idx", [0, 0, 8, 1, 255, 255, 255, 255], "outside 0 to 2^31"),
        Case("product that wraps to zero", ".idx", [0, 0, 8, 2, 0x40, 0, 0, 0, 0x40, 0, 0, 0], "larger than one tensor"),
        Case("half a GiB that is not there", ".idx", [0, 0, 8, 1, 0x10, 0, 0, 0, 1], "cut short"),
        Case("data appended", ".idx", [0, 0, 8, 1, 0, 0, 0, 1, 7, 7], "extended"),
        Case("gzip cut short", ".idx", File.ReadAllBytes(Fixture("images.idx.gz"))[..^12], "cut short"),
        Case("gzip of nothing else", ".idx", [0x1F, 0x8B, 9, 9, 9, 9], "gzip"),
        Case("gzip bomb", ".idx", Gzip(new byte[32 << 20]), "more than"),
    ];

    static IEnumerable<TestCaseData> CsvCases() =>
    [
        Table("empty file", "", "holds no rows"),
        Table("empty lines only", "\n\r\n\n", "holds no rows"),
        Table("row too short", "a,b\n1,2\n\n3\n", "line 4: has 1 fields where 2"),
        Table("row too long", "a,b\n1,2\n3,4,5\n", "line 3: has 3 fields where 2"),
        Table("line counted through a quoted break", "a,b\n\"1\n1\",2\n3\n", "line 4"),
        Table("quote never closed", "a,b\n1,\"2\n3,4\n", "line 2: opens a quote"),
        Table("text behind a quote", "a,b\n1,\"2\"3\n", "line 2: has text behind the closing quote of column 2"),
        Table("zero byte", "a,b\n1,\0\n", "line 2: holds a zero byte"),
        Case("UTF-16", ".csv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a,b\n")).ToArray(), "UTF-16"),
        Case("Latin-1", ".csv", [.. "a,b\n1,"u8, 0xFC, (byte)'\n'], "line 2: holds bytes that are not UTF-8"),
        Table("row over the limit", "a,b\n" + new string('x', 5000) + ",1\n", "line 2: starts a row of more than 4096"),
        Table("quoted row over the limit", "a,b\n\"" + new string('\n', 5000) + "\",1\n", "line 2: starts a row of more than 4096"),
        Table("too many columns", new string(',', 100) + "\n", "more than 64 columns"),
        Case("gzip bomb", ".csv", Gzip(new byte[32 << 20]), "more than"),
        Case("gzip extended", ".csv", [.. File.ReadAllBytes(Fixture("numbers.csv.gz")), 1, 2, 3], "extended"),
    ];

    [TestCaseSource(nameof(SafetensorsCases))]
    [TestCaseSource(nameof(NpyCases))]
    [TestCaseSource(nameof(ArchiveCases))]
    [TestCaseSource(nameof(IdxCases))]
    [TestCaseSource(nameof(CsvCases))]
    public void A_bad_file_gives_one_line_and_takes_no_memory(string extension, byte[] bytes, string words)
    {
        string path = Temporary($"bad{extension}");
        File.WriteAllBytes(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataException fault = Assert.Throws<DataException>(() => Read(path, extension))!;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Multiple(() =>
        {
            Assert.That(fault.Message, Does.StartWith(path), "the message names the file first");
            Assert.That(words.Split('|').Any(fault.Message.Contains), fault.Message);
            Assert.That(fault.Message.Any(char.IsControl), Is.False, "the message is one line");
            Assert.That(fault.Message, Does.Match(@"\. .*\.$"), "a remedy follows the problem");
            Assert.That(allocated, Is.LessThan(bytes.Length + Allowance));
        });
        // The reader has let go of the file, and changed nothing.
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(bytes));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
        File.Move(path, path + ".moved");
    }

    [TestCase(".safetensors")]
    [TestCase(".npy")]
    [TestCase(".npz")]
    [TestCase(".idx")]
    [TestCase(".csv")]
    public void A_path_that_is_missing_a_folder_or_impossible_is_named(string extension)
    {
        string missing = Temporary($"missing{extension}"), folder = Path.GetDirectoryName(missing)!;
        AssertFault(() => Read(missing, extension), missing, "cannot be read");
        AssertFault(() => Read(folder, extension), folder, "cannot be read");
        AssertFault(() => Read(Path.Combine(folder, "no", "where"), extension), Path.Combine(folder, "no", "where"), "cannot be read");
        AssertFault(() => Read("", extension), "", "cannot be read");
        AssertFault(() => Read("a\0b", extension), "a?b", "cannot be read");
        AssertFault(() => Read("line\nbreak", extension), "line?break", "cannot be read");
    }

    static object Read(string path, string extension) => extension switch
    {
        ".safetensors" => Safetensors.Read(path),
        ".npy" => Npy.Read(path),
        ".npz" => Npz.Read(path, maxBytes: 4 << 20),
        ".idx" => Idx.Read(path, maxBytes: 1 << 20),
        _ => Csv.Read(path, new CsvOptions { MaxBytes = 1 << 20, MaxRowBytes = 4096, MaxColumns = 64 }),
    };

    static string Entry(string name, string dtype, string shape, string offsets, bool bare = false, string? more = null)
    {
        string entry = $"\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":[{shape}],\"data_offsets\":[{offsets}]}}{(more is null ? "" : $",{more}")}";
        return bare ? entry : $"{{{entry}}}";
    }

    static byte[] Gzip(byte[] content)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Optimal)) gzip.Write(content);
        return target.ToArray();
    }

    static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream target = new();
        using (ZipArchive archive = new(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream stream = archive.CreateEntry(name, CompressionLevel.Optimal).Open();
                stream.Write(content);
            }
        }

        return target.ToArray();
    }

    /// <summary>Replaces every 32-bit number of one value: the length that the archive declares in both its headers.</summary>
    static byte[] Patch(byte[] archive, int from, int to)
    {
        for (int i = 0; i + 4 <= archive.Length; i++)
        {
            if (BitConverter.ToInt32(archive, i) == from) BitConverter.TryWriteBytes(archive.AsSpan(i), to);
        }

        return archive;
    }

    static byte[] PatchBoth(byte[] content, int declared)
    {
        byte[] archive = Zip(("a.npy", content));
        using ZipArchive reader = new(new MemoryStream((byte[])archive.Clone()));
        return Patch(Patch(archive, (int)reader.Entries[0].CompressedLength, declared), content.Length, declared);
    }

    static byte[] FlipStoredByte()
    {
        byte[] archive = File.ReadAllBytes(Fixture("stored.npz"));
        int data = archive.AsSpan().IndexOf("NUMPY"u8) + 122;
        archive[data + 1] ^= 1;
        return archive;
    }
}
