namespace Adjoint.Kernels;

/// <summary>One axis of a nest: its size and the distance of neighbours in each operand, in elements.</summary>
public struct NestAxis
{
    /// <summary>Number of elements along the axis.</summary>
    public int Size { get; set; }

    /// <summary>Distance in operand 0.</summary>
    public int Step0 { get; set; }

    /// <summary>Distance in operand 1.</summary>
    public int Step1 { get; set; }

    /// <summary>Distance in operand 2.</summary>
    public int Step2 { get; set; }

    /// <summary>Distance in operand 3.</summary>
    public int Step3 { get; set; }
}

/// <summary>
/// The nest of loops over up to four operands as a kernel's argument: axes from the innermost outwards, which the caller has merged as <see cref="LoopNest"/> does.
/// </summary>
public struct Nest
{
    const int MaxRank = 8;

    /// <summary>How many axes there are, 1 to 8.</summary>
    public int Rank { get; set; }

    /// <summary>Position of the first element in operand 0, from the start of its view. Strides may be negative, positions may not.</summary>
    public int Start0 { get; set; }

    /// <summary>The same in operand 1.</summary>
    public int Start1 { get; set; }

    /// <summary>The same in operand 2.</summary>
    public int Start2 { get; set; }

    /// <summary>The same in operand 3.</summary>
    public int Start3 { get; set; }

    /// <summary>Axis 0 from the innermost.</summary>
    public NestAxis Axis0 { get; set; }

    /// <summary>Axis 1 from the innermost.</summary>
    public NestAxis Axis1 { get; set; }

    /// <summary>Axis 2 from the innermost.</summary>
    public NestAxis Axis2 { get; set; }

    /// <summary>Axis 3 from the innermost.</summary>
    public NestAxis Axis3 { get; set; }

    /// <summary>Axis 4 from the innermost.</summary>
    public NestAxis Axis4 { get; set; }

    /// <summary>Axis 5 from the innermost.</summary>
    public NestAxis Axis5 { get; set; }

    /// <summary>Axis 6 from the innermost.</summary>
    public NestAxis Axis6 { get; set; }

    /// <summary>Axis 7 from the innermost.</summary>
    public NestAxis Axis7 { get; set; }

    /// <summary>The nest of the CPU's loops.</summary>
    public static Nest From(in LoopNest loops)
    {
        Nest nest = default;
        nest.Rank = loops.Rank;
        for (int axis = 0; axis < MaxRank; axis++)
        {
            // Axes beyond the rank have the size 1, not 0: compilers may divide before they look at the rank, which on a CPU under OpenCL is a caught fault for each element.
            int place = loops.Rank - 1 - axis;
            NestAxis one = place < 0 ? new() { Size = 1 } : new()
            {
                Size = loops.Size(place),
                Step0 = loops.Stride(0, place),
                Step1 = loops.Stride(1, place),
                Step2 = loops.Stride(2, place),
                Step3 = loops.Stride(3, place),
            };
            switch (axis)
            {
                case 0: nest.Axis0 = one; break;
                case 1: nest.Axis1 = one; break;
                case 2: nest.Axis2 = one; break;
                case 3: nest.Axis3 = one; break;
                case 4: nest.Axis4 = one; break;
                case 5: nest.Axis5 = one; break;
                case 6: nest.Axis6 = one; break;
                default: nest.Axis7 = one; break;
            }
        }

        return nest;
    }
}
