using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Convolutions and their gradients on a device.</summary>
static class ConvolutionLaunch
{
    // Up to so many targets in a group, most of a tile would be empty.
    const int MostDirectTargets = 4, MostDirectOutputs = 2;

    // Sums over positions are cut so that so many blocks run, each over so many positions at least; for sums by single threads, so many.
    const int BlocksWanted = 512, LeastPositions = 256, LeastPositionsOfThread = 128;

    static readonly TypedKernels Sums = new("convolution_sums"), WeightSums = new("convolution_weight_sums");

    static readonly TypedKernels Tiles = new("convolution_tiles", null, ["Tile64"]), SmallTiles = new("convolution_tiles", null, ["Tile32"]);

    static readonly TypedKernels WeightTiles = new("convolution_weight_tiles", null, ["Tile64"]), SmallWeightTiles = new("convolution_weight_tiles", null, ["Tile32"]);

    /// <summary>The convolution, or with the image as target the transposed one.</summary>
    public static void Run(LaunchQueue queue, in ConvolutionShape shape, bool isTransposed, Tensor source, Tensor weight, Tensor? bias, Tensor target)
    {
        if (target.Count == 0) return;
        TapSizes sizes = TapSizes.Of(shape, isTransposed, bias is not null);
        KernelCall call;
        if (sizes.Targets <= MostDirectTargets)
        {
            call = queue.Call(Sums.Of(target.DType), target.Count);
        }
        else
        {
            Cut cut = new(queue);
            long positions = (long)shape.Images * sizes.TargetRows * sizes.TargetColumns;
            call = queue.Call((cut.IsSmall ? SmallTiles : Tiles).Of(target.DType), cut.Grid(cut.Of(sizes.Targets) * cut.Of(positions) * shape.Groups, 1));
        }

        call = call.Dense(source).Dense(weight);
        call = bias is null ? call.Nothing() : call.Dense(bias);
        call.Dense(target).Value(sizes).Run();
    }

    /// <summary>The gradient to the weight.</summary>
    public static void Weight(LaunchQueue queue, in ConvolutionShape shape, Tensor image, Tensor result, Tensor weight)
    {
        if (weight.Count == 0) return;
        TapSizes sizes = TapSizes.Of(shape, false, false);
        long positions = (long)shape.Images * shape.ResultSize;
        if (positions == 0)
        {
            Fill.Launch(queue, weight, 0);
            return;
        }

        bool isDirect = shape.Outputs <= MostDirectOutputs;
        Cut cut = new(queue);
        long blocks = cut.Of(shape.Outputs) * cut.Of((long)shape.Inputs * shape.Taps) * shape.Groups;
        int slices = isDirect
            ? (int)Math.Clamp(positions / LeastPositionsOfThread, 1, 1024)
            : (int)Math.Clamp(Math.Min(BlocksWanted / blocks, positions / LeastPositions), 1, BlocksWanted);
        long count = (long)slices * weight.Count;
        ulong partial = slices == 1 ? weight.DeviceAddress : queue.Scratch(count * weight.DType.Size());
        KernelCall call = isDirect
            ? queue.Call(WeightSums.Of(weight.DType), count)
            : queue.Call((cut.IsSmall ? SmallWeightTiles : WeightTiles).Of(weight.DType), cut.Grid(blocks, slices));
        call.Dense(image).Dense(result).View(partial, count).Value(sizes).Value(slices).Run();
        if (slices > 1) ReduceLaunch.Columns(queue, Sum.Columns, weight.DType, partial, weight.DeviceAddress, slices, weight.Count);
    }

    // Tiles of 64 by 64 with 256 threads where a block may have as many, else of 32 by 32 with 64.
    readonly struct Cut(LaunchQueue queue)
    {
        public bool IsSmall { get; } = queue.BlockThreads < 256;

        public long Of(long size) => (size + (IsSmall ? 31 : 63)) / (IsSmall ? 32 : 64);

        public LaunchGrid Grid(long blocks, int slices) => new(checked((int)blocks), slices, 1, IsSmall ? 64 : 256);
    }
}
