using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>What kernels of rows share: exponentials with constants in registers, folds of many registers, and rows that do not depend on the rows beside them.</summary>
public unsafe class RowBlockTests
{
    const int Seed = 20261126;

    [Test]
    public void Exponentials_with_constants_in_registers_have_the_bits_of_those_without()
    {
        float[] x = [.. MathUlp.Sweep32(1 << 14, Seed).Where(static x => !(x > 0)), .. Enumerable.Range(0, 1 << 14).Select(static i => -i / 160f), float.NegativeInfinity, float.NaN];
        Assert.Multiple(() =>
        {
            SameExponentials<Lane128<float>>(x);
            SameExponentials<Lane256<float>>(x);
            SameExponentials<Lane512<float>>(x);
        });
    }

    static void SameExponentials<V>(float[] x) where V : struct, IRegister<V, float>
    {
        float* table = stackalloc float[NonPositiveExp<V, float>.TableLength];
        var exp = new NonPositiveExp<V, float>(table);
        var y = new float[V.Count];
        foreach (float one in x)
        {
            V.Store(exp.Apply(V.Repeat(one)), ref y[0]);
            float expected = Elementary.ExpOfNonPositive(new Scalar32(one)).Value;
            Assert.That(y, Is.All.EqualTo(expected), $"{V.Count} lanes at {one:R}, seed {Seed}");
        }
    }

    [Test]
    public void Folds_of_many_registers_have_the_bits_of_folds_of_each()
    {
        SameFolds<Lane128<float>, float>(static x => x);
        SameFolds<Lane256<float>, float>(static x => x);
        SameFolds<Lane512<float>, float>(static x => x);
        SameFolds<Lane512<double>, double>(static x => x);
    }

    static void SameFolds<V, T>(Func<float, T> convert)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        var random = new Random(Seed);
        for (int round = 0; round < 200; round++)
        {
            var numbers = new T[V.Count * V.Count];
            for (int i = 0; i < numbers.Length; i++) numbers[i] = convert((random.NextSingle() - 0.5f) * MathF.Exp(random.Next(-20, 20)));
            fixed (T* first = numbers)
            {
                var folded = new T[V.Count];
                V.Store(RowTree.Fold<SumFold, V, T>(default, first), ref folded[0]);
                for (int i = 0; i < V.Count; i++)
                    Assert.That(folded[i], Is.EqualTo(V.First(V.Spread(default(SumFold), V.Load(ref first[i * V.Count])))), $"register {i}, seed {Seed}");
            }
        }
    }

    [Test]
    public void A_row_has_the_same_bits_alone_and_among_others()
    {
        (string Name, Func<Tensor, Tensor, Tensor> Op)[] ops =
        [
            ("softmax", static (x, _) => x.Softmax()), ("log_softmax", static (x, _) => x.LogSoftmax()), ("logsumexp", static (x, _) => x.LogSumExp(1)),
            ("log_softmax backward", static (x, t) => Backward(x, t, static x => x.LogSoftmax())), ("layer_norm", static (x, _) => x.LayerNorm()), ("layer_norm backward", static (x, t) => Backward(x, t, static x => x.LayerNorm())),
        ];
        var random = new Random(Seed);
        foreach (int columns in (int[])[1, 2, 3, 5, 7, 8, 9, 16, 17, 40, 64, 129, 600])
        {
            foreach (int rows in (int[])[1, 15, 17, 65, 131])
            {
                float[] x = Numbers(random, rows * columns), t = Numbers(random, rows * columns);
                foreach (var (name, op) in ops)
                {
                    float[] whole = op(Tensor.From(x, [rows, columns]), Tensor.From(t, [rows, columns])).AsSpan<float>().ToArray();
                    int width = whole.Length / rows, row = random.Next(rows);
                    Range own = (row * columns)..((row + 1) * columns);
                    float[] alone = op(Tensor.From(x[own], [1, columns]), Tensor.From(t[own], [1, columns])).AsSpan<float>().ToArray();
                    Assert.That(alone, Is.EqualTo(whole[(row * width)..((row + 1) * width)]), $"{name}, row {row} of {rows} x {columns}, seed {Seed}");
                }
            }
        }
    }

    [Test]
    public void Rows_with_infinite_numbers_leave_those_beside_them_alone([Values(1, 3, 5, 8, 9, 40)] int columns)
    {
        var random = new Random(Seed);
        float[] special = [float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        const int Rows = 67;
        float[] x = Numbers(random, Rows * columns);
        for (int row = 0; row < Rows; row += 3)
        {
            for (int i = 0; i < columns; i++)
            {
                if (random.Next(2) == 0) x[(row * columns) + i] = special[random.Next(3)];
            }
        }

        float[] whole = Tensor.From(x, [Rows, columns]).LogSoftmax().AsSpan<float>().ToArray();
        for (int row = 0; row < Rows; row++)
        {
            float[] own = x[(row * columns)..((row + 1) * columns)];
            Assert.That(Tensor.From(own, [1, columns]).LogSoftmax().AsSpan<float>().ToArray(), Is.EqualTo(whole[(row * columns)..((row + 1) * columns)]), $"row {row}, seed {Seed}");
            double largest = own.Where(static one => !float.IsNaN(one)).DefaultIfEmpty(float.NaN).Max(), shift = double.IsFinite(largest) ? largest : 0;
            double sum = own.Sum(one => Math.Exp(one - shift));
            for (int i = 0; i < columns; i++) Assert.That(whole[(row * columns) + i], Is.EqualTo((float)(own[i] - shift - Math.Log(sum))).Within(1e-6), $"row {row}, column {i}, seed {Seed}");
        }
    }

    static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 8)];

    static Tensor Backward(Tensor x, Tensor cotangent, Func<Tensor, Tensor> op)
    {
        Tensor variable = x.Variable();
        return Autodiff.Vjp([op(variable)], [variable], [cotangent])[0];
    }
}
