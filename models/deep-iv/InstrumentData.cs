namespace Adjoint.Models.DeepIv;

/// <summary>
/// Rows (y, p, z, x) of an instrumental-variable problem, f64: the outcome, the treatment that was seen, instruments that move the treatment and touch the outcome through it alone, and
/// covariates. Hartford et al. 2017, section 2.
/// </summary>
/// <param name="Outcome">y [rows].</param>
/// <param name="Treatment">p [rows].</param>
/// <param name="Instruments">z [rows, instruments].</param>
/// <param name="Covariates">x [rows, covariates]; [rows, 0] where there are none.</param>
public sealed record InstrumentData(Tensor Outcome, Tensor Treatment, Tensor Instruments, Tensor Covariates)
{
    /// <summary>Number of rows.</summary>
    public int Count => Outcome.Shape[0];

    /// <summary>The rows at the given positions (i64 [count]), in that order.</summary>
    public InstrumentData Take(Tensor rows) => new(Outcome.Select(0, rows), Treatment.Select(0, rows), Instruments.Select(0, rows), Covariates.Select(0, rows));
}
