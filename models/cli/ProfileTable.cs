using System.Globalization;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>The kernels of a step as people read them.</summary>
static class ProfileTable
{
    /// <summary>Kernels shown at most.</summary>
    public const int Most = 20;

    const int LongestName = 48;

    /// <summary>What the table shows.</summary>
    public static string Caption(PlanProfile profile) => string.Create(
        CultureInfo.InvariantCulture, $"{profile.Kernels.Count} kernels a step, {profile.Seconds * 1e6:F1} us together{(profile.Kernels.Count > Most ? $", the slowest {Most}" : "")}");

    /// <summary>The slowest kernels, one a row.</summary>
    public static Table Of(PlanProfile profile) => new(
        ["kernel", "operands", "us", "share", "bytes", "flops", "bound", "of roof"],
        [.. profile.Slowest.Take(Most).Select(one => (string[])
        [
            Short(one.Op),
            Short(one.Operands),
            string.Create(CultureInfo.InvariantCulture, $"{one.Seconds * 1e6:F1}"),
            string.Create(CultureInfo.InvariantCulture, $"{100 * one.Seconds / profile.Seconds:F1} %"),
            one.Bytes.ToString("N0", CultureInfo.InvariantCulture),
            one.Flops.ToString("N0", CultureInfo.InvariantCulture),
            one.Bound == Bound.Memory ? "memory" : "compute",
            double.IsFinite(one.PercentOfRoof) ? string.Create(CultureInfo.InvariantCulture, $"{one.PercentOfRoof:F1} %") : "",
        ])]);

    // A chain may name a dozen ops.
    static string Short(string text) => text.Length <= LongestName ? text : text[..(LongestName - 1)] + "…";
}
