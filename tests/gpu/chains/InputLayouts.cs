using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>How an input of a test's chain lies.</summary>
public enum InputLayout
{
    Dense,

    /// <summary>Row-major, but not from a multiple of 16 bytes on.</summary>
    Shifted,

    Scalar,

    /// <summary>The innermost axis alone; repeated along the others.</summary>
    Row,

    /// <summary>The outer axes alone; repeated along the innermost.</summary>
    Column,

    /// <summary>Axes in reverse order.</summary>
    Transposed,

    /// <summary>Some columns of a wider tensor.</summary>
    Slice,

    /// <summary>The outermost axis backwards.</summary>
    Backwards,

    /// <summary>The innermost axis backwards, every second element.</summary>
    Mirrored,
}

/// <summary>Strides and offsets of layouts.</summary>
static class InputLayouts
{
    /// <summary>The operand, and how many elements its storage has.</summary>
    public static (ChainOperand Operand, int Length) Make(InputLayout layout, int[] sizes)
    {
        int rank = sizes.Length;
        int[] strides = new int[rank];
        int step = 1, offset = layout switch { InputLayout.Shifted => 3, InputLayout.Slice => 8, _ => 0 };
        for (int place = 0; place < rank; place++)
        {
            int axis = layout == InputLayout.Transposed ? place : rank - 1 - place;
            if (layout == InputLayout.Scalar || (layout == InputLayout.Row && place > 0) || (layout == InputLayout.Column && place == 0)) continue;
            strides[axis] = step;
            if (layout == InputLayout.Mirrored && place == 0) step *= 2;
            step *= sizes[axis];
            if (layout == InputLayout.Slice && place == 0) step += 12;
        }

        int turned = layout switch { InputLayout.Backwards => 0, InputLayout.Mirrored => rank - 1, _ => -1 };
        if (turned >= 0)
        {
            strides[turned] *= layout == InputLayout.Mirrored ? -2 : -1;
            offset -= strides[turned] * (sizes[turned] - 1);
        }

        return (new ChainOperand(strides, offset), step + offset);
    }
}
