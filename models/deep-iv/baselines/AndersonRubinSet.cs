namespace Adjoint.Models.DeepIv;

/// <summary>
/// The effects b that the data do not reject, whether the instruments are strong or weak: those at which the instruments do not explain y - b p given x, by an F test (Anderson, Rubin 1949). Where instruments are weak the
/// set is wide, or not an interval at all, while that of two-stage least squares stays short and wrong.
/// </summary>
/// <param name="Level">Probability with which the set covers the true effect of a linear response.</param>
/// <param name="Low">Lower end; -∞ where there is none, NaN for an empty set.</param>
/// <param name="High">Upper end; ∞ where there is none, NaN for an empty set.</param>
/// <param name="Shape">What kind of set it is.</param>
public sealed record AndersonRubinSet(double Level, double Low, double High, AndersonRubinShape Shape)
{
    /// <summary>Finds the set.</summary>
    /// <exception cref="SettingException">The level is not in (0, 1), or a fit is not possible: see <see cref="FirstStage.Of"/>.</exception>
    public static AndersonRubinSet Of(InstrumentData data, double level = 0.95, VariableNames? names = null)
    {
        using var pause = Autodiff.Pause();
        Adjoint.Check.InRange(level, 1e-6, 1 - 1e-6, "The level");
        Design.Check("Anderson-Rubin", data);
        names ??= VariableNames.For(data);
        int n = data.Count, q = data.Instruments.Shape[1];
        Tensor all = Design.WithConstant(data.Covariates, data.Instruments);
        Tensor basis = Design.Orthogonal("Anderson-Rubin", all, ["(constant)", .. names.Covariates, .. names.Instruments]).Q, pair = TensorMath.Stack([data.Outcome, data.Treatment], 1);
        int freedom = n - basis.Shape[1];
        Tensor explained = basis.Slice(1, basis.Shape[1] - q).Transpose().MatMul(pair), rest = pair - Design.Project(basis, pair);
        double[] a = explained.Transpose().MatMul(explained).Read<double>(), b = rest.Transpose().MatMul(rest).Read<double>();
        double critical = Tails.FisherQuantile(level, q, freedom) * q / freedom;

        // (1, -b) A (1, -b)ᵀ ≤ c (1, -b) B (1, -b)ᵀ, that is u b² - 2 v b + w ≤ 0.
        double u = a[3] - (critical * b[3]), v = a[1] - (critical * b[1]), w = a[0] - (critical * b[0]), discriminant = (v * v) - (u * w);
        if (discriminant < 0) return u < 0 ? Everything(level) : new(level, double.NaN, double.NaN, AndersonRubinShape.Empty);
        double root = Math.Sqrt(discriminant), low = (v - root) / u, high = (v + root) / u;
        return u > 0 ? new(level, low, high, AndersonRubinShape.Interval) : u < 0 ? new(level, high, low, AndersonRubinShape.Outside) : Everything(level);
    }

    /// <summary>Whether an effect is in the set.</summary>
    public bool Contains(double effect) => Shape switch
    {
        AndersonRubinShape.Interval => effect >= Low && effect <= High,
        AndersonRubinShape.Outside => effect <= Low || effect >= High,
        AndersonRubinShape.Everything => true,
        _ => false,
    };

    static AndersonRubinSet Everything(double level) => new(level, double.NegativeInfinity, double.PositiveInfinity, AndersonRubinShape.Everything);
}

/// <summary>Kinds of an <see cref="AndersonRubinSet"/>.</summary>
public enum AndersonRubinShape
{
    /// <summary>From the lower end to the upper one.</summary>
    Interval,

    /// <summary>All numbers: the instruments tell nothing.</summary>
    Everything,

    /// <summary>Up to the lower end, and from the upper one on.</summary>
    Outside,

    /// <summary>None: the instruments contradict each other at every effect.</summary>
    Empty,
}
