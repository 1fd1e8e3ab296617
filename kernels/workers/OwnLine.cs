using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// A word that some threads write while others read what lies beside it: alone in its pair of cache lines. A write to a line that another core has just read takes some 200 ns on processors whose cores are far
/// from each other.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct OwnLine
{
    /// <summary>The word.</summary>
    [FieldOffset(128)]
    public long Value;
}
