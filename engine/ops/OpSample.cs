using System.Globalization;

namespace Adjoint;

/// <summary>
/// Small operands on which an op can be tried, written as text: <c>x[4,6] i[4]</c> is an operand of the dtype under test and an i64 one; f, d, n, i, b stand for f32, f64, i32, i64, bool. A mark
/// behind the sizes, <c>x[3,2]'</c>, exchanges the last two axes. Outputs that the op rewrites follow <c>-></c>; others come from its shape rule. <c>|</c> parts alternatives.
/// </summary>
/// <param name="Make">The op for a dtype under test.</param>
/// <param name="Operands">The operands.</param>
public sealed record OpSample(Func<DType, Op> Make, string Operands)
{
    /// <summary>Every dtype, in order.</summary>
    public static IReadOnlyList<DType> Types { get; } = [DType.F32, DType.F64, DType.I32, DType.I64, DType.Bool];

    /// <summary>The op with operands of each alternative.</summary>
    /// <param name="type">The dtype under test.</param>
    /// <param name="allocate">Makes a dense tensor.</param>
    /// <returns>Null for a dtype that the op does not take or give.</returns>
    internal IReadOnlyList<(Op Op, Tensor[] Inputs, Tensor[] Outputs)>? Of(DType type, Func<Signature, Tensor> allocate)
    {
        var calls = new List<(Op, Tensor[], Tensor[])>();
        foreach (string alternative in Operands.Split('|'))
        {
            string[] sides = alternative.Split("->");
            Tensor[] inputs = Tensors(sides[0], type, allocate), outputs = sides.Length > 1 ? Tensors(sides[1], type, allocate) : [];
            Op op = Make(type);
            try
            {
                Signature first = op.Infer(inputs, 0);

                // Where no operand has it, the dtype under test is that of what comes out.
                if (!Operands.Contains('x', StringComparison.Ordinal) && first.DType != type) return null;
                if (outputs.Length == 0) outputs = [.. Enumerable.Range(0, op.OutputCount).Select(i => allocate(op.Infer(inputs, i)))];
            }
            catch (DTypeException)
            {
                return null;
            }

            calls.Add((op, inputs, outputs));
        }

        return calls;
    }

    static Tensor[] Tensors(string texts, DType type, Func<Signature, Tensor> allocate) =>
        Array.ConvertAll(texts.Split(' ', StringSplitOptions.RemoveEmptyEntries), text => One(text, type, allocate));

    static Tensor One(string text, DType type, Func<Signature, Tensor> allocate)
    {
        int end = text.IndexOf(']', StringComparison.Ordinal);
        int[] sizes = Array.ConvertAll(text[2..end].Split(',', StringSplitOptions.RemoveEmptyEntries), size => int.Parse(size, CultureInfo.InvariantCulture));
        DType own = text[0] switch
        {
            'x' => type,
            'f' => DType.F32,
            'd' => DType.F64,
            'n' => DType.I32,
            'i' => DType.I64,
            _ => DType.Bool,
        };
        Tensor dense = allocate(new Signature(Shape.Create(sizes), own));
        return end == text.Length - 1 ? dense : dense.Transpose();
    }
}
