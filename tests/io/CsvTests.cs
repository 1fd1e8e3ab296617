using System.Text;
using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

[TestFixture]
public sealed class CsvTests
{
    static CsvTable Parse(string text, CsvOptions? options = null) => Csv.Read(Encoding.UTF8.GetBytes(text), "memory", options);

    [Test]
    public void Reads_quotes_line_breaks_in_fields_and_CRLF()
    {
        CsvTable table = Csv.Read(Fixture("quotes.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(table.Columns, Is.EqualTo(["name", "value", "a \"quoted\", name"]));
            Assert.That(table.Text("name"), Is.EqualTo(["Smith, J.", "O\"Neil", "ü"]));
            Assert.That(table.Text(2), Is.EqualTo(["line one\r\nline two", "", "he said \"no\""]));
            Assert.That(table.Numbers("value"), Is.EqualTo([1.5, double.NaN, -2e-3]));
            Assert.That(table.Missing("value"), Is.EqualTo(1));
            Assert.That((table.IsNumeric("value"), table.IsNumeric("name")), Is.EqualTo((true, false)));
        });
    }

    [Test]
    public void Reads_gzip_with_a_byte_order_mark()
    {
        CsvTable table = Csv.Read(Fixture("numbers.csv.gz"));
        Assert.That(table.Columns, Is.EqualTo(["a", "b", "c"]));
        Assert.That(table.ToTensor("b", "a").Read<float>(), Is.EqualTo([0f, 0, 0.25f, 1, 0.5f, 2, 0.75f, 3, 1, 4]));
        Assert.That(table.Missing("c"), Is.EqualTo(1));
        Assert.That(table.ToTensor().Shape, Is.EqualTo(Shape.Create([5, 3])));
    }

    [Test]
    public void Reads_gzip_of_several_members() =>
        Assert.That(Csv.Read(Fixture("members.csv.gz")).ToTensor(DType.I32).Read<int>(), Is.EqualTo([1, 2, 3, 4]));

    [TestCase("a,b\n1,2\n", "a b")]
    [TestCase("a;b\n1,5;2\n", "a b")]
    [TestCase("a\tb, c\td\n1\t2\t3\n", "a b, c d")]
    [TestCase("1,2\n3,4\n", "0 1")]
    [TestCase("x,1\ny,2\n", "0 1")]
    [TestCase(",b\nr,2\n", " b")]
    public void Separator_and_header_are_recognised(string text, string columns) =>
        Assert.That(string.Join(' ', Parse(text).Columns), Is.EqualTo(columns));

    [Test]
    public void The_caller_decides_where_guessing_cannot() => Assert.Multiple(() =>
    {
        Assert.That(Parse("0,1\nA,2\n", new CsvOptions { Header = CsvHeader.Yes }).Rows, Is.EqualTo(1));
        Assert.That(Parse("g\tf\nh\tk\n", new CsvOptions { Header = CsvHeader.No }).Text(0), Is.EqualTo(["g", "h"]));
        Assert.That(Parse("a;b,c\n1;2,3\n", new CsvOptions { Separator = ',' }).Columns, Is.EqualTo(["a;b", "c"]));
        Assert.That(Parse("  1   2\n 3 4  \n", new CsvOptions { Separator = ' ' }).ToTensor().Read<float>(), Is.EqualTo([1f, 2, 3, 4]));
        Assert.That(Parse("note\n\n7,8,9\n1,2\n3,4\n", new CsvOptions { SkipLines = 3 }).ToTensor().Shape, Is.EqualTo(Shape.Create([2, 2])));
        Assert.That(Parse("a\n-999\n4\n", new CsvOptions { Missing = ["-999"] }).Missing("a"), Is.EqualTo(1));
    });

    [Test]
    public void A_header_without_a_name_for_the_row_names_is_understood()
    {
        CsvTable table = Parse("time\tdose\nr1\t1\t2\nr2\t3\t4\n");
        Assert.That(table.Columns, Is.EqualTo(["", "time", "dose"]));
        Assert.That(table.Text(""), Is.EqualTo(["r1", "r2"]));
        Assert.That(table.ToTensor("dose").Read<float>(), Is.EqualTo([2f, 4f]));
    }

    [TestCase("1,2\n3,4")]
    [TestCase("1,2\r3,4\r")]
    [TestCase("\r\n\r\n1,2\r\n\r\n3,4\r\n\r\n")]
    [TestCase("\"1\",\"2\"\n\"3\",4")]
    public void Line_ends_and_empty_lines_do_not_matter(string text) =>
        Assert.That(Parse(text).ToTensor().Read<float>(), Is.EqualTo([1f, 2, 3, 4]));

    [Test]
    public void Integers_keep_all_their_digits()
    {
        CsvTable table = Parse("a,b\n9223372036854775807,464.0\n-9223372036854775808, -3\n");
        Assert.That(table.ToTensor(DType.I64).Read<long>(), Is.EqualTo([long.MaxValue, 464, long.MinValue, -3]));
        AssertFault(() => table.ToTensor(DType.I32, "a"), "memory: line 2", "outside the range");
    }

    [Test]
    public void Floats_round_once()
    {
        const string middle = "1.00000005960464477540"; // just above half way between 1 and the next float; half way as a double
        Assert.That(Parse($"a\n{middle}\n").ToTensor("a").Read<float>(), Is.EqualTo([MathF.BitIncrement(1f)]));
    }

    [TestCase(DType.F32)]
    [TestCase(DType.F64)]
    [TestCase(DType.I32)]
    [TestCase(DType.I64)]
    public void Matrices_round_trip_to_the_same_bits(DType dtype)
    {
        string path = Temporary("matrix.csv");
        Tensor matrix = dtype switch
        {
            DType.F32 => Tensor.From([0.1f, float.MaxValue, float.Epsilon, -0f, float.PositiveInfinity, 1 / 3f], [3, 2]),
            DType.F64 => Tensor.From([0.1, double.MaxValue, double.Epsilon, -0.0, double.NegativeInfinity, 1 / 3.0], [3, 2]),
            DType.I32 => Tensor.From([int.MinValue, 0, int.MaxValue, 1, 2, 3], [3, 2]),
            _ => Tensor.From([long.MinValue, 0, long.MaxValue, 1, 2, 3], [3, 2]),
        };
        Csv.Write(path, ["left", "right"], matrix);
        AssertSame(Csv.Read(path).ToTensor(dtype), matrix, path);
    }

    [TestCase(',')]
    [TestCase(';')]
    [TestCase('\t')]
    [TestCase(' ')]
    public void Text_that_needs_quotes_round_trips(char separator)
    {
        string path = Temporary("text.csv");
        string[] texts = ["plain", "", "a,b;c\td e", "\"", "two\nlines", "\r\n", " blanks ", "ü𝔸"];
        Csv.Write(path, ["text", "number"], texts.Select((x, i) => (IReadOnlyList<CsvField>)[x, i + 0.5]), separator);
        CsvTable table = Csv.Read(path, new CsvOptions { Separator = separator });
        Assert.That(table.Text("text"), Is.EqualTo(texts));
        Assert.That(table.Numbers("number"), Is.EqualTo(texts.Select((_, i) => i + 0.5)));
    }

    // Not arguments of an attribute: those are stored as UTF-8, which would mend the broken pairs.
    static readonly string[] BrokenTexts = ["a\0b", "half \ud800", "\udc00\ud800", "\ud83d\ud83d\ude00"];

    [TestCaseSource(nameof(BrokenTexts))]
    public void Text_that_no_reader_would_take_is_not_written(string text)
    {
        string path = Temporary("text.csv");
        AssertFault(() => Csv.Write(path, ["text"], [[text]]), path, "cannot be a table's text");
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Empty_fields_of_a_single_column_round_trip()
    {
        string path = Temporary("single.csv");
        Csv.Write(path, ["text"], [["a"], [""], ["b"]]);
        Assert.That(Csv.Read(path).Text("text"), Is.EqualTo(["a", "", "b"]));
    }

    [Test]
    public void A_row_of_the_wrong_length_leaves_the_old_file()
    {
        string path = Temporary("rows.csv");
        File.WriteAllText(path, "old");
        AssertFault(() => Csv.Write(path, ["a", "b"], [[1.0, 2.0], [3.0]]), path, "row 1 has 1 fields");
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
        Assert.Throws<ShapeException>(() => Csv.Write(path, ["a"], Tensor.Zeros([2, 2])));
    }

    [Test]
    public void Columns_that_are_absent_ambiguous_or_text_are_named()
    {
        CsvTable table = Parse("a,a,b\n1,2,x\n");
        AssertFault(() => table.ToTensor("c"), "memory", "no column named 'c'");
        AssertFault(() => table.Text("a"), "memory", "two columns named 'a'");
        AssertFault(() => table.ToTensor("b"), "memory: line 2", "column 'b' holds 'x'");
        Assert.Throws<DTypeException>(() => table.ToTensor(DType.Bool));
        Assert.Throws<SettingException>(() => Parse("a", new CsvOptions { Separator = '"' }));
    }
}
