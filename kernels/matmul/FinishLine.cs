using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>An epilogue on one row or one column of C whose sums have been stored.</summary>
readonly unsafe struct FinishLine<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    readonly bool isNothing;
    readonly T* bias;
    readonly nint biasStep;
    readonly T* gate;
    readonly nint gateStep;
    readonly T bound;

    FinishLine(in MatMulEpilogue<T> epilogue, nint biasStep, nint gateStep)
    {
        isNothing = epilogue.IsNothing;
        bias = epilogue.Bias;
        gate = epilogue.Gate;
        this.biasStep = biasStep;
        this.gateStep = gateStep;
        bound = Scalar<T>.From(epilogue.Rectifies ? 0 : double.NaN);
    }

    public static FinishLine<TSimd, V, T> Row(in MatMulEpilogue<T> epilogue) => new(epilogue, 1, 1);

    public static FinishLine<TSimd, V, T> Column(in MatMulEpilogue<T> epilogue) => new(epilogue, 0, epilogue.GateRow);

    /// <summary>The elements from <paramref name="start"/> to <paramref name="end"/> of the line <paramref name="y"/>.</summary>
    public void Apply(int start, int end, T* y, nint yStep)
    {
        if (isNothing) return;
        nint i = start;
        if (yStep == 1 && gateStep == 1)
            for (; i <= end - TSimd.Count; i += TSimd.Count) TSimd.Store(Vector(TSimd.Load(y + i), i), y + i);
        for (; i < end; i++)
        {
            var to = y + (i * yStep);
            if (gate != null) *to = Scalar<T>.Gate(*to, gate[i * gateStep]);
            else *to = Scalar<T>.Rectify(bias != null ? Scalar<T>.Add(*to, bias[i * biasStep]) : *to, bound);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    V Vector(V sum, nint i)
    {
        if (gate != null) return TSimd.Gate(sum, TSimd.Load(gate + i));
        if (bias != null) sum = TSimd.Add(sum, biasStep == 0 ? TSimd.Broadcast(*bias) : TSimd.Load(bias + i));
        return TSimd.Rectify(sum, TSimd.Broadcast(bound));
    }
}
