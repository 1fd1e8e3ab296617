namespace Adjoint.Bench;

/// <summary>One operation at the size of a published model, as a plan of it alone.</summary>
/// <param name="Name">Name with sizes.</param>
/// <param name="Flops">Floating-point operations that the usual algorithm needs; zero where bytes are the limit.</param>
/// <param name="Bytes">Bytes that one call has to read and write.</param>
/// <param name="Make">Records the plan.</param>
sealed record NumbersCase(string Name, double Flops, long Bytes, Func<Plan> Make)
{
    /// <summary>What is measured instead of a plan: an algorithm on the host.</summary>
    public Action? Host { get; init; }
}
