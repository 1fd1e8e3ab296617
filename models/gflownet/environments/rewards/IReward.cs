namespace Adjoint.Models.GFlowNets;

/// <summary>What a finished object is worth: a positive number, known up to a common factor.</summary>
public interface IReward
{
    /// <summary>log R [rows] of finished states (i64 [rows, cells]), in tensor ops, so that it runs inside a plan and on the device of the states.</summary>
    /// <exception cref="ShapeException">The states have another number of cells, or a cell lies outside the levels of the environment.</exception>
    Tensor LogOf(Tensor states);
}
