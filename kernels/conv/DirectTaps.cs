namespace Adjoint.Kernels;

/// <summary>Sums of shifted planes for few targets, such as each channel of a depthwise convolution, without packing: four registers of targets at a time. Limit: two loads a cycle.</summary>
static unsafe class DirectTaps<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int Quad = 4;

    /// <summary>c[m, i] = (accumulate ? c : 0) + Σ weight[m, term] · plane, for the targets i of a part.</summary>
    public static void Run(in TapPlan plan, in Rectangle part, int phase, T* weight, T* planes, T* c, nint cRow, bool accumulate)
    {
        int terms = plan.Channels * plan.TapsOf(phase), width = part.Width;
        for (int target = 0; target < plan.Targets; target++)
        {
            var sums = new Sums(weight + ((long)target * terms), plan.Channels, plan.ChannelSize, plan.TapsOf(phase), plan.Offsets(phase), accumulate);
            T* to = c + (target * cRow);
            int row = 0;
            for (; row <= part.Height - Quad; row += Quad)
            {
                for (int column = 0; column < width; column += TSimd.Count)
                    sums.Four(planes + ((long)row * plan.PlaneColumns) + column, plan.PlaneColumns, to + ((long)row * width) + column, width, Math.Min(TSimd.Count, width - column));
            }

            for (; row < part.Height; row++)
            {
                T* from = planes + ((long)row * plan.PlaneColumns), line = to + ((long)row * width);
                int column = 0;
                for (; column <= width - (Quad * TSimd.Count); column += Quad * TSimd.Count) sums.Four(from + column, TSimd.Count, line + column, TSimd.Count, TSimd.Count);
                for (; column < width; column += TSimd.Count) sums.One(from + column, line + column, Math.Min(TSimd.Count, width - column));
            }
        }
    }

    readonly struct Sums(T* weight, int channels, int channelSize, int taps, int* offsets, bool accumulate)
    {
        public void Four(T* from, nint step, T* to, nint toStep, int count)
        {
            V a = Start(to, count), b = Start(to + toStep, count), c = Start(to + (2 * toStep), count), d = Start(to + (3 * toStep), count);
            T* factor = weight, plane = from;
            for (int channel = 0; channel < channels; channel++, plane += channelSize)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    V w = TSimd.Broadcast(*factor++);
                    T* x = plane + offsets[tap];
                    a = TSimd.MultiplyAdd(w, TSimd.Load(x), a);
                    b = TSimd.MultiplyAdd(w, TSimd.Load(x + step), b);
                    c = TSimd.MultiplyAdd(w, TSimd.Load(x + (2 * step)), c);
                    d = TSimd.MultiplyAdd(w, TSimd.Load(x + (3 * step)), d);
                }
            }

            Store(a, to, count);
            Store(b, to + toStep, count);
            Store(c, to + (2 * toStep), count);
            Store(d, to + (3 * toStep), count);
        }

        public void One(T* from, T* to, int count)
        {
            V a = Start(to, count);
            T* factor = weight, plane = from;
            for (int channel = 0; channel < channels; channel++, plane += channelSize)
            {
                for (int tap = 0; tap < taps; tap++) a = TSimd.MultiplyAdd(TSimd.Broadcast(*factor++), TSimd.Load(plane + offsets[tap]), a);
            }

            Store(a, to, count);
        }

        V Start(T* to, int count) => !accumulate ? default : count == TSimd.Count ? TSimd.Load(to) : TSimd.LoadPart(to, count);

        static void Store(V x, T* to, int count)
        {
            if (count == TSimd.Count) TSimd.Store(x, to);
            else TSimd.StorePart(x, to, count);
        }
    }
}
