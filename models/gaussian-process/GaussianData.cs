namespace Adjoint.Models.GaussianProcesses;

/// <summary>Inputs [n, features] and targets [n] of a regression, the targets as (value - shift)/scale.</summary>
sealed record GaussianData(Tensor Inputs, Tensor Targets, double Shift, double Scale)
{
    public int Count => Inputs.Shape[0];

    /// <summary>Checks and copies data; standardised targets have mean 0 and deviation 1 (divisor n - 1, or scale 1 where they do not vary).</summary>
    public static GaussianData Of(Tensor inputs, Tensor targets, bool isStandardized)
    {
        ArgumentNullException.ThrowIfNull(targets);
        Tensor x = MetricChecks.Rows("GaussianProcess", "the inputs", inputs).Keep();
        if (targets.Rank != 1 || targets.Count != x.Shape[0]) throw new ShapeException($"GaussianProcess: targets {targets.Shape} for inputs {inputs.Shape}. Pass one value for each row.");
        double[] values = targets.Detach().To(DType.F64).Read<double>();
        MetricChecks.Sample("GaussianProcess", "the list of targets", values);
        MetricChecks.Sample("GaussianProcess", "the matrix of inputs", x.Read<double>());
        if (!isStandardized) return new GaussianData(x, Host(values), 0, 1);
        double shift = values.Average(), squares = values.Sum(value => (value - shift) * (value - shift));
        double scale = values.Length > 1 && squares > 0 ? Math.Sqrt(squares / (values.Length - 1)) : 1;
        return new GaussianData(x, Host(Array.ConvertAll(values, value => (value - shift) / scale)), shift, scale);
    }

    static Tensor Host(double[] values) => Tensor.From<double>(values).Keep();
}
