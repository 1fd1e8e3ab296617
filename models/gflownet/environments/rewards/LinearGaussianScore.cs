using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The marginal likelihood of a linear-Gaussian network in closed form: variable j given its parents P is X_P w + noise, w normal, so log p(xⱼ) = log N(xⱼ; m X_P 1, s² I + v X_P X_Pᵀ) (gflownet specification,
/// section 5.4). Computed in as many dimensions as there are parents.
/// </summary>
/// <param name="NoiseVariance">s², above 0.</param>
/// <param name="WeightVariance">v, above 0.</param>
/// <param name="WeightMean">m.</param>
public sealed record LinearGaussianScore(double NoiseVariance = 0.1, double WeightVariance = 1, double WeightMean = 0)
{
    /// <summary>Scores of every variable with every set of parents, [variables, 2^variables] row-major, as <see cref="DagScoreReward"/> takes them; 0 for sets that hold the variable itself.</summary>
    /// <param name="samples">f64 or f32 [samples, variables].</param>
    /// <exception cref="ShapeException">The samples are no matrix with a row and a column.</exception>
    /// <exception cref="SettingException">A variance is not positive, a sample is not finite, or there are too many variables.</exception>
    public double[] Table(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Check.InRange(NoiseVariance, double.Epsilon, double.MaxValue, "LinearGaussianScore: noise variance");
        Check.InRange(WeightVariance, double.Epsilon, double.MaxValue, "LinearGaussianScore: weight variance");
        if (samples.Rank != 2 || samples.Count == 0) throw new ShapeException($"LinearGaussianScore: samples {samples.Shape} are no [samples, variables]. Pass a matrix.");
        int rows = samples.Shape[0], variables = (int)Check.InRange(samples.Shape[1], 1, DagScoreReward.MostVariables, "LinearGaussianScore: variables"), sets = 1 << variables;
        double[] values = samples.Detach().To(DType.F64).Read<double>();
        foreach (double value in values) Check.InRange(value, double.MinValue, double.MaxValue, "LinearGaussianScore: a sample");
        Matrix<double> x = Matrix<double>.Build.DenseOfRowMajor(rows, variables, values);
        Matrix<double> products = x.TransposeThisAndMultiply(x);
        var table = new double[variables * sets];
        for (int set = 0; set < sets; set++)
        {
            int[] parents = [.. Enumerable.Range(0, variables).Where(i => ((set >> i) & 1) == 1)];
            Cholesky<double>? factor = parents.Length == 0 ? null : Precision(products, parents).Cholesky();
            for (int variable = 0; variable < variables; variable++)
            {
                if (((set >> variable) & 1) == 0) table[(variable * sets) + set] = Score(x, variable, parents, factor);
            }
        }

        return table;
    }

    // I + v/s² X_Pᵀ X_P.
    Matrix<double> Precision(Matrix<double> products, int[] parents) =>
        Matrix<double>.Build.Dense(parents.Length, parents.Length, (i, j) => (i == j ? 1 : 0) + (WeightVariance / NoiseVariance * products[parents[i], parents[j]]));

    // By the determinant lemma and Woodbury's identity.
    double Score(Matrix<double> x, int variable, int[] parents, Cholesky<double>? factor)
    {
        Vector<double> rest = x.Column(variable);
        foreach (int parent in parents) rest -= WeightMean * x.Column(parent);
        double quadratic = rest.DotProduct(rest) / NoiseVariance, logDeterminant = x.RowCount * Math.Log(NoiseVariance);
        if (factor is not null)
        {
            Vector<double> along = Vector<double>.Build.Dense(parents.Length, i => x.Column(parents[i]).DotProduct(rest));
            quadratic -= WeightVariance / (NoiseVariance * NoiseVariance) * along.DotProduct(factor.Solve(along));
            logDeterminant += factor.DeterminantLn;
        }

        return -0.5 * (quadratic + logDeterminant + (x.RowCount * Math.Log(2 * Math.PI)));
    }
}
