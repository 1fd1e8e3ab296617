using System.Runtime.Intrinsics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The host: every op brings its own CPU form.</summary>
sealed class CpuBackend : IBackend
{
    (int Threads, RoofPeaks Roof)? peaks;

    public Device Device => Device.Cpu;

    public string Description =>
        $"{Environment.ProcessorCount} processors, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}-bit SIMD";

    public int Alignment => HostStorage.Alignment;

    public bool RunsChains => true;

    public RoofPeaks Peaks
    {
        get
        {
            if (peaks is not { } known || known.Threads != Settings.Threads)
                peaks = known = (Settings.Threads, new RoofPeaks(Kernels.Peaks.TriadBandwidth(Settings.Threads) * 1e9, Kernels.Peaks.FmaGflops(false, Settings.Threads) * 1e9));
            return known.Roof;
        }
    }

    public Storage Allocate(int bytes) => Step.Allocate(bytes);

    public Storage Reserve(int bytes) => HostStorage.AllocateFixed(bytes);

    public void Run(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => op.Run(inputs, outputs);

    public PlannedCall Prepare(Op op, Tensor[] inputs, Tensor[] outputs) => op.Prepare(inputs, outputs);

    public IReadOnlyList<PlannedCall> Join(IReadOnlyList<PlannedCall> calls) => calls;

    public void Synchronize()
    {
    }

    public void Read(Tensor source, Span<byte> target) =>
        ((HostStorage)source.Storage).Span<byte>().Slice(source.Layout.Offset * source.DType.Size(), target.Length).CopyTo(target);

    public void Write(Tensor target, ReadOnlySpan<byte> source) =>
        source.CopyTo(((HostStorage)target.Storage).Span<byte>()[(target.Layout.Offset * target.DType.Size())..]);
}
