namespace Adjoint.Models;

/// <summary>The models of the <c>adjoint</c> command, one line each.</summary>
public static class ModelTable
{
    /// <summary>Every model, newly made; in order of name.</summary>
    public static IReadOnlyList<IModel> All =>
    [
        new DeepIv.DeepIvModel(),
        new FlowMatching.FlowMatchingModel(),
        new GFlowNets.GFlowNetModel(),
        new GFlowNets.GFlowNetActiveLearningModel(),
    ];
}
