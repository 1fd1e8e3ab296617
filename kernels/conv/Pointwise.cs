namespace Adjoint.Kernels;

/// <summary>Convolutions of one tap that move by one: a matrix product for each image, which reads the image as it lies.</summary>
static unsafe class Pointwise<T> where T : unmanaged
{
    /// <summary>target = weight · source for each image and group, or with the weight transposed; plus a bias for each channel of the target unless it is null.</summary>
    public static void Run(in ConvolutionShape shape, bool isTransposed, T* source, T* weight, T* bias, T* target)
    {
        int lines = shape.Images * shape.Groups;
        var body = new Body(shape, isTransposed, source, weight, bias, target);
        // Fewer images than threads: the products share themselves.
        if (lines < Workers.Threads) body.Run(0, lines);
        else Workers.ForShares(lines, ConvolutionKernel.SharesWorth(shape), ConvolutionKernel.IsLong(shape), body);
    }

    readonly struct Body(ConvolutionShape shape, bool isTransposed, T* source, T* weight, T* bias, T* target) : IRangeBody
    {
        public void Run(int start, int end)
        {
            int size = shape.ImageSize, targets = isTransposed ? shape.Inputs : shape.Outputs, channels = isTransposed ? shape.Outputs : shape.Inputs;
            var product = new MatMulShape(targets, size, channels, isTransposed ? 1 : shape.Inputs, isTransposed ? shape.Inputs : 1, size, 1, size);
            for (int line = start; line < end; line++)
            {
                int group = line % shape.Groups;
                T* to = target + ((long)line * targets * size);
                if (bias != null)
                {
                    for (int row = 0; row < targets; row++) new Span<T>(to + ((long)row * size), size).Fill(bias[(group * targets) + row]);
                }

                MatMulKernel.Run(product, weight + ((long)group * shape.Inputs * shape.Outputs), source + ((long)line * channels * size), to, bias != null);
            }
        }
    }
}
