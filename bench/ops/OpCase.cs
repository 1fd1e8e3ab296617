namespace Adjoint.Bench;

/// <summary>One kernel on operands that fit the second-level cache, as a plan of it alone. Peers run the same case under the same name.</summary>
/// <param name="Name">Name here and at peers.</param>
/// <param name="Bytes">Bytes that one call has to read and write.</param>
/// <param name="Flops">Floating-point operations of one call where arithmetic is the limit; zero where bytes are.</param>
/// <param name="Make">Records the plan.</param>
sealed record OpCase(string Name, long Bytes, double Flops, Func<Plan> Make);
