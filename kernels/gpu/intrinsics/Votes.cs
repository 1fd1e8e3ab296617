using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>What the 32 threads of a warp tell each other beside <see cref="Warp"/>'s exchanges. All of them must call.</summary>
static class Votes
{
    /// <summary>Bit k is set where thread k's value is not 0.</summary>
    [Ptx("{ .reg .pred p; setp.ne.s32 p, $0, 0; vote.sync.ballot.b32 $r, p, 0xffffffff; }"), IntrinsicImplementation]
    public static uint Ballot(int value)
    {
        uint votes = 0;
        for (int lane = 0; lane < WarpTeam.Threads; lane++)
        {
            if (Warp.Shuffle(value, lane) != 0) votes |= 1u << lane;
        }

        return votes;
    }
}
