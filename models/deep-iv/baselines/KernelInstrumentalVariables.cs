namespace Adjoint.Models.DeepIv;

/// <summary>
/// KIV (Singh, Sahani, Gretton 2019): two-stage least squares where both stages are kernel ridge regressions. On one half of the rows, (K_Z + λ I)⁻¹ predicts the kernel features of (p, x) from (z, x); on the other half y is
/// regressed on what is predicted. λ is chosen by the error of the first stage on the second half, ξ by the error of the response on the first.
/// </summary>
public sealed class KernelInstrumentalVariables : IResponse
{
    const int MostRows = 20000;
    const int PredictedAtOnce = 1024;

    // Added to the diagonal of kernel matrices, which rounding leaves just short of positive definite.
    const double Jitter = 1e-10;

    readonly KernelColumns kernel;
    readonly Tensor rows;
    readonly Tensor weights;

    KernelInstrumentalVariables(KernelColumns kernel, Tensor rows, Tensor weights, double lambda, double xi)
    {
        (this.kernel, this.rows, this.weights) = (kernel, rows, weights);
        (Lambda, Xi) = (lambda, xi);
    }

    /// <summary>Penalty of the first stage, by row.</summary>
    public double Lambda { get; }

    /// <summary>Penalty of the second stage, by row.</summary>
    public double Xi { get; }

    /// <summary>Fits both stages. Time grows with the cube of the rows and memory with their square: 5,000 rows take some seconds and 400 MB.</summary>
    /// <param name="data">Rows, used in their own units: kernels take their lengths from the data.</param>
    /// <param name="key">Draws the halves.</param>
    /// <exception cref="SettingException">There are several treatments, fewer than 4 rows or more than 20,000.</exception>
    public static KernelInstrumentalVariables Fit(InstrumentData data, Key key)
    {
        using var pause = Autodiff.Pause();
        Design.Check("KIV", data);
        int count = data.Count, n = count / 2;
        if (count is < 4 or > MostRows) throw new SettingException($"KIV: {count} rows, 4 to {MostRows} are supported, since it holds square matrices of half as many rows. Pass a part of them.");
        InstrumentData mixed = data.Take(new Generator(key).Permutation(count));
        Tensor inputs = Design.Join(mixed.Treatment, mixed.Covariates), causes = Design.Join(mixed.Instruments, mixed.Covariates);
        var kernel = new KernelColumns(inputs);
        Tensor first = inputs.Slice(0, 0, n).Keep(), second = inputs.Slice(0, n), y1 = mixed.Outcome.Slice(0, 0, n), y2 = mixed.Outcome.Slice(0, n);
        using var step = Step.Begin();
        Tensor own = WithJitter(kernel.Between(first, first)), cross = kernel.Between(first, second);
        var (lambda, gamma) = FirstStage(new KernelColumns(causes), causes.Slice(0, 0, n), causes.Slice(0, n), own, cross);
        var (xi, weights) = SecondStage(own, gamma, y1, y2);
        return new(kernel, first, weights.Keep(), lambda, xi);
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        Tensor inputs = Design.Join(treatment, covariates);
        int count = inputs.Shape[0];
        var values = new double[count];
        for (int start = 0; start < count; start += PredictedAtOnce)
        {
            using var step = Step.Begin();
            Tensor part = inputs.Slice(0, start, Math.Min(start + PredictedAtOnce, count));
            kernel.Between(part, rows).MatMul(weights).Read<double>().CopyTo(values, start);
        }

        return Tensor.From(values);
    }

    // γ = (K_Z11 + n λ I)⁻¹ K_Z12 at the λ of least tr(K_22 - 2 K_21 γ + γᵀ K_11 γ)/m. With K_Z11 = V D Vᵀ, A = Vᵀ K_Z12 and weights w = 1/(D + n λ) that is
    // 1 - (2 Σ w a - Σ_ij w_i w_j P_ij)/m with a = diag(A K_21 V), P = (Vᵀ K_11 V)∘(A Aᵀ): cheap for every λ.
    static (double Lambda, Tensor Gamma) FirstStage(KernelColumns kernel, Tensor causes1, Tensor causes2, Tensor own, Tensor cross)
    {
        int n = causes1.Shape[0], m = causes2.Shape[0];
        var (d, v) = WithJitter(kernel.Between(causes1, causes1)).SymmetricEigen();
        Tensor a = v.Transpose().MatMul(kernel.Between(causes1, causes2));
        Tensor linear = (v.Transpose().MatMul(cross) * a).Sum(1), square = v.Transpose().MatMul(own).MatMul(v) * a.MatMul(a.Transpose());
        Tensor Weights(double lambda) => (d.Relu() + (n * lambda)).Reciprocal();
        double lambda = LogSearch.Minimum(candidate =>
        {
            Tensor w = Weights(candidate).Unsqueeze(1);
            return ((w * square.MatMul(w)).Sum() - (2 * (w.Squeeze(1) * linear).Sum())).Item() / m;
        });
        return (lambda, v.MatMul(Weights(lambda).Unsqueeze(1) * a));
    }

    // α = (W Wᵀ + m ξ K)⁻¹ W y2 with W = K γ, at the ξ of least |y1 - K α|². With K = L Lᵀ and B = Lᵀ γ = U S^½ …, α = L⁻ᵀ U (S + m ξ)⁻¹ Uᵀ B y2.
    static (double Xi, Tensor Weights) SecondStage(Tensor own, Tensor gamma, Tensor y1, Tensor y2)
    {
        int m = y2.Count;
        Tensor l = own.Cholesky(), b = l.Transpose().MatMul(gamma);
        var (s, u) = b.MatMul(b.Transpose()).SymmetricEigen();
        Tensor parts = u.Transpose().MatMul(b.MatMul(y2.Unsqueeze(1))), seen = l.MatMul(u), target = y1.Unsqueeze(1);
        Tensor Scaled(double xi) => parts / (s.Relu() + (m * xi)).Unsqueeze(1);
        double xi = LogSearch.Minimum(candidate => (target - seen.MatMul(Scaled(candidate))).Square().Mean().Item());
        return (xi, l.SolveTriangular(u.MatMul(Scaled(xi)), isTransposed: true));
    }

    static Tensor WithJitter(Tensor kernel) => kernel + (Tensor.Eye(kernel.Shape[0], DType.F64) * Jitter);
}
