using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Loops over operands of any strides as a kernel's argument.</summary>
static class Nests
{
    /// <summary>Visits the elements of a target and those of one to three operands that broadcast to it; the target is the last operand of the nest.</summary>
    public static Nest Of(Tensor target, params ReadOnlySpan<Tensor> operands)
    {
        Span<int> x = stackalloc int[target.Rank], y = stackalloc int[target.Rank], z = stackalloc int[target.Rank];
        ReadOnlySpan<int> sizes = target.Shape.Sizes, own = target.Layout.Strides;
        Require.Broadcast(operands[0], target.Shape, x);
        if (operands.Length > 1) Require.Broadcast(operands[1], target.Shape, y);
        if (operands.Length > 2) Require.Broadcast(operands[2], target.Shape, z);
        Nest nest = operands.Length switch
        {
            1 => Nest.From(LoopNest.Create(sizes, x, own)),
            2 => Nest.From(LoopNest.Create(sizes, x, y, own)),
            _ => Nest.From(LoopNest.Create(sizes, x, y, z, own)),
        };
        nest.Start0 = operands[0].Layout.Offset;
        nest.Start1 = operands.Length > 1 ? operands[1].Layout.Offset : target.Layout.Offset;
        nest.Start2 = operands.Length > 2 ? operands[2].Layout.Offset : target.Layout.Offset;
        nest.Start3 = target.Layout.Offset;
        return nest;
    }
}
