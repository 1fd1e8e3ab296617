namespace Adjoint.Models.GFlowNets;

/// <summary>The values that tensors had at one time, to start again from: networks are trained from scratch in each round without new plans.</summary>
sealed class SavedValues
{
    readonly (Tensor Live, Tensor Saved)[] pairs;

    public SavedValues(IEnumerable<Tensor> tensors)
    {
        using var pause = Autodiff.Pause();
        pairs = [.. tensors.Select(static live => (live, live.Detach().Clone().Keep()))];
    }

    /// <summary>Writes the values back.</summary>
    public void Restore()
    {
        using var pause = Autodiff.Pause();
        foreach ((Tensor live, Tensor saved) in pairs) saved.CopyInto(live.Detach());
    }
}
