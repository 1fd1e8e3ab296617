using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Writes tensors of any layout one after another into a dense buffer, each from a multiple of the alignment on; the gaps are left as they are. How
/// gradients come to lie as the parameters do.
/// </summary>
/// <param name="Alignment">Elements.</param>
/// <param name="Length">Elements of the buffer.</param>
public sealed record Pack(int Alignment, int Length) : Op
{
    public override string Name => "pack";

    public override bool IsDifferentiable => false;

    /// <summary>The first multiple of the alignment that is not below the position.</summary>
    public static int Align(int position, int alignment) => checked(position + alignment - 1) / alignment * alignment;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        int end = 0;
        foreach (Tensor input in inputs)
        {
            Require.SameType(Name, inputs[0], input);
            end = checked(Align(end, Alignment) + input.Count);
        }

        if (end > Length) throw new ShapeException($"pack: {end} elements do not fit into a buffer of {Length}. Pass one tensor for each parameter, of its shape.");
        return new Signature([Length], inputs[0].DType);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].DType == DType.F32) Run<int>(inputs, outputs[0]);
        else Run<long>(inputs, outputs[0]);
    }

    unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, Tensor output) where T : unmanaged
    {
        Span<int> dense = stackalloc int[Shape.MaxRank];
        fixed (T* target = &output.First<T>())
        {
            int position = 0;
            foreach (Tensor input in inputs)
            {
                position = Align(position, Alignment);
                if (input.Count == 0) continue;
                int step = 1;
                for (int axis = input.Rank - 1; axis >= 0; axis--)
                {
                    dense[axis] = step;
                    step *= input.Shape[axis];
                }

                fixed (T* source = &input.First<T>())
                {
                    // A plan may have computed it in its place.
                    if (source != target + position)
                        CopyKernel.Run(LoopNest.Create(input.Shape.Sizes, input.Layout.Strides, dense[..input.Rank]), source, target + position);
                }

                position += input.Count;
            }
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Span<int> dense = stackalloc int[Shape.MaxRank];
        Tensor buffer = outputs[0];
        ulong size = (ulong)buffer.DType.Size();
        int position = 0;
        foreach (Tensor input in inputs)
        {
            position = Align(position, Alignment);
            input.Shape.RowMajorStrides.CopyTo(dense);

            // A plan may have computed it in its place.
            if (input.Count > 0 && input.DeviceAddress != buffer.DeviceAddress + ((ulong)position * size))
                queue.Copy(input, input.Layout.Strides, buffer, dense[..input.Rank], position, input.Shape.Sizes);
            position += input.Count;
        }
    }
}
