using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>What holds of Fourier transforms of every length, in f64. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class FourierProperties
{
    static readonly Gen<(int Length, int Seed)> Lines = Gen.Select(Gen.Int[1, 200], Gen.Int[0, 1 << 20]);

    static Tensor Noise(int seed, params int[] shape) => new Generator(Key.FromSeed(seed)).Normal(Shape.Create(shape), DType.F64);

    static bool Close(Tensor x, Tensor y, double tolerance = 1e-11) => x.Shape == y.Shape && (x.Count == 0 || (x - y).Abs().Max().Item() <= tolerance * (1 + y.Abs().Max().Item()));

    [Test]
    public void The_inverse_transform_undoes_the_transform_in_every_scaling() => Lines.Sample(line =>
    {
        Tensor z = Noise(line.Seed, 3, line.Length, 2), x = Noise(line.Seed, 3, line.Length);
        foreach (FourierScale scale in Enum.GetValues<FourierScale>())
        {
            if (!Close(z.Fft(-1, scale).InverseFft(-1, scale), z) || !Close(x.RealFft(-1, scale).InverseRealFft(line.Length, -1, scale), x)) return false;
        }

        return true;
    }, iter: 60);

    [Test]
    public void Lengths_are_kept_by_the_orthonormal_transform() => Lines.Sample(
        line => Close(Noise(line.Seed, line.Length, 2).Fft(0, FourierScale.Orthonormal).Square().Sum(), Noise(line.Seed, line.Length, 2).Square().Sum()), iter: 60);

    [Test]
    public void The_transform_is_the_sum_of_its_definition() => Lines.Sample(line =>
    {
        int n = line.Length;
        Tensor z = Noise(line.Seed, 2, n, 2);
        Tensor angles = Tensor.From([.. Enumerable.Range(0, n * n).Select(i => -2 * Math.PI * ((long)(i / n) * (i % n) % n) / n)], [n, n]);
        Tensor re = z.RealPart(), im = z.ImaginaryPart(), cos = angles.Cos(), sin = angles.Sin();
        return Close(z.Fft(), Fourier.Complex(re.MatMul(cos) - im.MatMul(sin), re.MatMul(sin) + im.MatMul(cos)));
    }, iter: 60);

    [Test]
    public void Real_lines_have_the_first_half_of_the_complex_transform() => Lines.Sample(line =>
    {
        Tensor x = Noise(line.Seed, 2, line.Length);
        return Close(x.RealFft(), x.ToComplex().Fft().Slice(1, 0, (line.Length / 2) + 1));
    }, iter: 60);

    [Test]
    public void The_transform_is_linear() => Lines.Sample(line =>
    {
        Tensor x = Noise(line.Seed, 2, line.Length, 2), y = Noise(line.Seed + 1, 2, line.Length, 2);
        return Close(((x * 2.5) + y).Fft(), (x.Fft() * 2.5) + y.Fft());
    }, iter: 60);

    [Test]
    public void A_cyclic_shift_turns_each_number_and_keeps_moduli() => Gen.Select(Lines, Gen.Int[0, 199]).Sample((line, by) =>
    {
        int n = line.Length, shift = by % n;
        Tensor z = Noise(line.Seed, n, 2), moved = shift == 0 ? z : TensorMath.Concat([z.Slice(0, shift), z.Slice(0, 0, shift)], 0);
        Tensor angle = Fourier.Frequencies(n, dtype: DType.F64) * (2 * Math.PI * shift);
        Tensor turned = z.Fft().ComplexMultiply(Fourier.Complex(angle.Cos(), angle.Sin()));
        return Close(moved.Fft(), turned) && Close(moved.Fft().Modulus(), z.Fft().Modulus());
    }, iter: 60);

    [Test]
    public void Products_of_transforms_are_transforms_of_cyclic_convolutions() => Gen.Select(Gen.Int[1, 60], Gen.Int[0, 1 << 20]).Sample((n, seed) =>
    {
        double[] x = Noise(seed, n).Read<double>(), y = Noise(seed + 1, n).Read<double>(), sum = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) sum[(i + j) % n] += x[i] * y[j];
        }

        return Close(Tensor.From(x).CyclicConvolution(Tensor.From(y)), Tensor.From(sum));
    }, iter: 60);

    [Test]
    public void Planes_are_transformed_axis_by_axis() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1 << 20]).Sample((height, width, seed) =>
    {
        Tensor z = Noise(seed, 2, height, width, 2), x = Noise(seed, 2, height, width);
        return Close(z.Fft2(), z.Fft(2).Fft(1)) && Close(x.RealFft2(), x.RealFft(2).Fft(1)) && Close(x.RealFft2().InverseRealFft2(width), x) && Close(z.Fft2().InverseFft2(), z);
    }, iter: 60);

    [Test]
    public void Long_lines_and_large_primes_come_back([Values(1025, 1536, 2048, 4096, 4099, 5000, 6561, 10007, 12288)] int n)
    {
        Tensor z = Noise(n, 2, n, 2);
        Tensor turned = z.Fft();
        Assert.That(Close(turned.InverseFft(), z) && Close(turned.Square().Sum() / n, z.Square().Sum()) && Close(turned.At(1, 0), z.Sum(1)));
    }

    [Test]
    public void A_line_has_the_same_bits_among_any_others_and_on_any_number_of_threads() => Lines.Sample(line =>
    {
        Tensor x = Noise(line.Seed, 37, line.Length).To(DType.F32), all = x.RealFft(), alone = x.Slice(0, 20, 21).RealFft();
        int before = Settings.Threads;
        Settings.Threads = 1;
        float[] single = x.RealFft().Read<float>();
        Settings.Threads = before;
        return all.Slice(0, 20, 21).Read<float>().SequenceEqual(alone.Read<float>()) && all.Read<float>().SequenceEqual(single);
    }, iter: 40);

    [Test]
    public void Shifts_undo_each_other_and_put_zero_frequency_in_the_middle() => Gen.Int[1, 50].Sample(n =>
    {
        Tensor x = Fourier.Frequencies(n, dtype: DType.F64), shifted = x.FftShift(0);
        return Close(shifted.InverseFftShift(0), x) && shifted.Read<double>()[n / 2] == 0 && shifted.Read<double>().SequenceEqual(x.Read<double>().Order());
    }, iter: 50);

    [Test]
    public void The_gradient_of_a_spectral_loss_agrees_with_differences() => Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 1 << 20]).Sample((height, width, seed) =>
    {
        Tensor x = Noise(seed, height, width), target = Noise(seed + 1, height, width), direction = Noise(seed + 2, height, width);
        double Loss(double h) => ((x + (direction * h)).RealFft2().Modulus() - target.RealFft2().Modulus()).Square().Mean().Item();
        Tensor variable = x.Variable();
        Tensor loss = (variable.RealFft2().Modulus() - target.RealFft2().Modulus()).Square().Mean();
        double slope = (Autodiff.Gradient(loss, variable) * direction).Sum().Item(), difference = (Loss(1e-5) - Loss(-1e-5)) / 2e-5;
        return Math.Abs(slope - difference) <= 1e-5 * (1 + Math.Abs(difference));
    }, iter: 40);

    [Test]
    public void The_modulus_has_no_slope_at_zero_and_a_second_derivative_elsewhere()
    {
        Tensor z = Tensor.From<double>([0, 0, 3, 4], [2, 2]).Variable();
        Tensor gradient = Autodiff.Gradient(z.Modulus().Sum(), z, keepGraph: true);
        Assert.That(gradient.Read<double>(), Is.EqualTo(new[] { 0, 0, 0.6, 0.8 }).Within(1e-15));
        Tensor second = Autodiff.Vjp([gradient.Slice(0, 1)], [z], [Tensor.From<double>([1, 0], [1, 2])])[0];

        // (|z|² - re²) / |z|³ and -re·im / |z|³.
        Assert.That(second.Read<double>()[2..], Is.EqualTo(new[] { 16 / 125.0, -12 / 125.0 }).Within(1e-14));
    }
}
