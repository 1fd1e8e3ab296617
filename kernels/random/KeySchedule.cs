using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The key words of all rounds: in memory, because loading a broadcast costs nothing beside the multiplications.</summary>
[InlineArray(2 * Philox.Rounds)]
struct KeySchedule
{
    ulong first;

    public KeySchedule(PhiloxKey key)
    {
        var (k0, k1) = (key.K0, key.K1);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            this[2 * round] = k0;
            this[2 * round + 1] = k1;
            k0 = unchecked(k0 + Philox.Step0);
            k1 = unchecked(k1 + Philox.Step1);
        }
    }
}
