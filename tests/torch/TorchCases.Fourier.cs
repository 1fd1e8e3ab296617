namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Transforms
    {
        get
        {
            var cases = new Dictionary<string, Function>
            {
                ["fft_first_axis"] = x => x[0].Fft(0),
                ["fft_prime"] = x => x[0].Fft(scale: FourierScale.Orthonormal),
                ["fft_96"] = x => x[0].Fft(scale: FourierScale.Orthonormal),
                ["fft2"] = x => x[0].Fft2(),
                ["inverse_fft2"] = x => x[0].InverseFft2(),
                ["real_fft_first_axis"] = x => x[0].RealFft(0),
                ["real_fft2"] = x => x[0].RealFft2(),
                ["real_fft2_odd"] = x => x[0].RealFft2(),
                ["modulus"] = x => x[0].Modulus(),
                ["complex_multiply"] = x => x[0].ComplexMultiply(x[1]),
                ["conjugate"] = x => x[0].Conjugate(),
                ["fft_shift_even"] = x => x[0].FftShift(0),
                ["fft_shift_odd"] = x => x[0].FftShift(1),
                ["inverse_fft_shift_odd"] = x => x[0].InverseFftShift(1),
                ["frequencies"] = x => x[0] * Fourier.Frequencies(5, 0.5),
                ["real_frequencies"] = x => x[0] * Fourier.RealFrequencies(6),
                ["spectral_loss"] = x => (x[0].RealFft2().Modulus() - x[1].RealFft2().Modulus()).Square().Mean([1, 2]) / 36,
            };
            foreach (int n in (int[])[1, 2, 5, 7, 12, 28])
            {
                cases[$"fft_{n}"] = x => x[0].Fft();
                cases[$"inverse_fft_{n}"] = x => x[0].InverseFft();
                cases[$"real_fft_{n}"] = x => x[0].RealFft();
                cases[$"inverse_real_fft_{n}"] = x => x[0].InverseRealFft(n);
            }

            foreach (var (name, scale) in ((string, FourierScale)[])[("backward", FourierScale.Backward), ("ortho", FourierScale.Orthonormal), ("forward", FourierScale.Forward)])
            {
                cases[$"fft_{name}"] = x => x[0].Fft(scale: scale);
                cases[$"inverse_fft_{name}"] = x => x[0].InverseFft(scale: scale);
                cases[$"real_fft_{name}"] = x => x[0].RealFft(scale: scale);
                cases[$"inverse_real_fft2_{name}"] = x => x[0].InverseRealFft2(6, scale);
            }

            return cases;
        }
    }
}
