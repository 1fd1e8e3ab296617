using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The check that every index is inside its axis, made when an op runs since indices are data.</summary>
static class IndexChecks
{
    public static unsafe void Require(string op, string role, long* indices, int count, int size)
    {
        int position = IndexKernel.FirstOutOfRange(indices, count, size);
        if (position >= 0)
            throw new ShapeException($"{op}: {role}[{position}] = {indices[position]} is outside 0..{size - 1}. Check the data that the indices come from.");
    }
    /// <summary>The same where -1 stands for no place.</summary>
    public static unsafe void RequireOrNone(string op, long* indices, int count, int size)
    {
        int position = GatherSumKernel.FirstOutOfRange(indices, count, size);
        if (position >= 0)
            throw new ShapeException($"{op}: indices[{position}] = {indices[position]} is outside 0..{size - 1} and not -1 for none. Check the data that the indices come from.");
    }
}
