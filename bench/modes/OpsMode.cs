namespace Adjoint.Bench;

/// <summary>Ops one by one.</summary>
static class OpsMode
{
    public static bool Run(Output output)
    {
        EagerOverhead.Run(output);
        return true;
    }
}
