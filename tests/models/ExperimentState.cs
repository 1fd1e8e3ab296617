using System.Runtime.InteropServices;
using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The saved state of experiments, for tests of resuming.</summary>
static class ExperimentState
{
    /// <summary>What a checkpoint would hold, read back.</summary>
    public static CheckpointReader Snapshot(IExperiment experiment)
    {
        var writer = new CheckpointWriter();
        experiment.Save(writer);
        return new CheckpointReader(writer.Tensors.ToDictionary(one => one.Name, one => one.Value.Clone()), writer.Scalars);
    }

    /// <summary>Asserts that two experiments would save the same bits.</summary>
    public static void AssertSame(IExperiment left, IExperiment right)
    {
        CheckpointWriter first = new(), second = new();
        left.Save(first);
        right.Save(second);
        Assert.That(second.Scalars, Is.EqualTo(first.Scalars));
        Assert.That(second.Tensors.Select(one => one.Name), Is.EqualTo(first.Tensors.Select(one => one.Name)));
        foreach (var (one, other) in first.Tensors.Zip(second.Tensors)) Assert.That(Bytes(other.Value), Is.EqualTo(Bytes(one.Value)), one.Name);
    }

    /// <summary>The bits of a tensor.</summary>
    public static byte[] Bytes(Tensor value) => value.DType switch
    {
        DType.F32 => MemoryMarshal.AsBytes<float>(value.Detach().Read<float>()).ToArray(),
        DType.F64 => MemoryMarshal.AsBytes<double>(value.Detach().Read<double>()).ToArray(),
        DType.I32 => MemoryMarshal.AsBytes<int>(value.Read<int>()).ToArray(),
        DType.I64 => MemoryMarshal.AsBytes<long>(value.Read<long>()).ToArray(),
        _ => MemoryMarshal.AsBytes<bool>(value.Read<bool>()).ToArray(),
    };
}
