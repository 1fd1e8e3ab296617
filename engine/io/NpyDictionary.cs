using System.Buffers.Text;

namespace Adjoint;

/// <summary>
/// The Python dictionary in an npy header. Read by its grammar, nothing is evaluated: exactly the keys descr, fortran_order and shape,
/// each once, with a text, True or False, and a tuple of whole numbers.
/// </summary>
readonly record struct NpyDictionary(string Descr, bool IsFortran, long[] Sizes)
{
    public static NpyDictionary Parse(ReadOnlySpan<byte> text, string source)
    {
        var scanner = new Scanner(text, source);
        string? descr = null;
        bool? isFortran = null;
        long[]? sizes = null;
        scanner.Expect('{');
        while (!scanner.Accept('}'))
        {
            string key = scanner.Text();
            scanner.Expect(':');
            switch (key)
            {
                case "descr" when descr is null: descr = scanner.Text(); break;
                case "fortran_order" when isFortran is null: isFortran = scanner.Truth(); break;
                case "shape" when sizes is null: sizes = scanner.Tuple(); break;
                default: throw scanner.Fault($"the key {DataFault.Quote(key)} is unknown or repeated");
            }

            if (scanner.Accept(',')) continue;
            scanner.Expect('}');
            break;
        }

        scanner.ExpectEnd();
        if (descr is null || isFortran is null || sizes is null) throw scanner.Fault("descr, fortran_order or shape is missing");
        return new NpyDictionary(descr, isFortran.Value, sizes);
    }

    ref struct Scanner(ReadOnlySpan<byte> text, string source)
    {
        // More axes than any array has: enough to name their number in the message, and a bound on what a hostile header costs.
        const int MostAxes = 64;

        readonly ReadOnlySpan<byte> text = text;
        readonly string source = source;
        int position;

        public bool Accept(char c)
        {
            SkipBlanks();
            if (position == text.Length || text[position] != c) return false;
            position++;
            return true;
        }

        public void Expect(char c)
        {
            if (!Accept(c)) throw Fault($"'{c}' is missing");
        }

        public void ExpectEnd()
        {
            SkipBlanks();
            if (position != text.Length) throw Fault("something follows the dictionary");
        }

        /// <summary>A text in single or double quotes without escapes: no key or simple dtype needs one.</summary>
        public string Text()
        {
            SkipBlanks();
            if (position == text.Length || text[position] is not ((byte)'\'' or (byte)'"'))
                throw Fault("a text in quotes is missing (lists, which describe records, are not supported)");
            byte quote = text[position++];
            int length = text[position..].IndexOf(quote);
            if (length < 0) throw Fault("a text has no closing quote");
            ReadOnlySpan<byte> content = text.Slice(position, length);
            if (content.ContainsAnyExceptInRange((byte)' ', (byte)'~') || content.Contains((byte)'\\'))
                throw Fault("a text holds other than plain ASCII");
            position += length + 1;
            return System.Text.Encoding.ASCII.GetString(content);
        }

        public bool Truth()
        {
            SkipBlanks();
            foreach ((string word, bool value) in ((string, bool)[])[("True", true), ("False", false)])
            {
                if (!System.Text.Ascii.Equals(text[position..Math.Min(position + word.Length, text.Length)], word)) continue;
                position += word.Length;
                return value;
            }

            throw Fault("True or False is missing");
        }

        public long[] Tuple()
        {
            List<long> sizes = [];
            Expect('(');
            while (!Accept(')'))
            {
                if (sizes.Count == MostAxes) throw Fault($"the shape has more than {MostAxes} axes");
                sizes.Add(Number());
                if (Accept(',')) continue;
                if (sizes.Count == 1) throw Fault("the shape is not a tuple");
                Expect(')');
                break;
            }

            return [.. sizes];
        }

        public readonly DataException Fault(string problem) =>
            DataFault.In(source, $"has a damaged npy header, {problem} at character {position}", "Save it again with numpy.save.");

        long Number()
        {
            SkipBlanks();
            if (position == text.Length || !char.IsAsciiDigit((char)text[position])
                || !Utf8Parser.TryParse(text[position..], out long number, out int length))
                throw Fault("a whole number from 0 to 2^63 - 1 is missing");
            position += length;
            // Python 2 wrote long integers with this suffix.
            if (position < text.Length && text[position] == 'L') position++;
            return number;
        }

        void SkipBlanks()
        {
            while (position < text.Length && text[position] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r') position++;
        }
    }
}
