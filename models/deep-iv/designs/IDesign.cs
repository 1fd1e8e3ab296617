namespace Adjoint.Models.DeepIv;

/// <summary>A published simulation: rows to learn from, and the error against the response that made them.</summary>
public interface IDesign
{
    /// <summary>What the columns are called; null for p, y, z1, x1, and so on.</summary>
    VariableNames? Names => null;

    /// <summary>Draws training rows.</summary>
    InstrumentData Draw(int count, Key key);

    /// <summary>The points at which estimates are judged, with the true response there. The key matters only where the points are drawn.</summary>
    ResponseTest Test(Key key);

    /// <summary>The true h(p, x) f64 [rows] for treatments [rows] and covariates [rows, d]; null where the covariates alone do not tell it.</summary>
    Tensor? Truth(Tensor treatment, Tensor covariates);
}
