using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// A convolution, or its gradient to the image, as products of weights with shifted planes: the planes of a part of an image are made once, and panels of them are packed as the
/// register tiles of the matrix product read them, so that no matrix of all windows is ever made. Limit: multiply-adds where there are many targets; few ones are summed in
/// place by <see cref="DirectTaps{TSimd, V, T}"/>.
/// </summary>
/// <remarks>Each number is one chain of fused multiply-adds over channels and taps, so that its bits depend neither on parts nor on threads.</remarks>
static unsafe class TapProducts<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    // Up to so many targets, packing a panel costs more than the tile gains.
    const int MostDirectTargets = 2;

    // Channels times taps of a block; deeper ones were not measured.
    const int DeepestTaps = 512;

    static int NR => Panel<TSimd, V, T>.Columns;

    /// <summary>target = Σ weight · shifted source, plus a bias for each channel of the target unless it is null.</summary>
    public static void Run(in ConvolutionShape shape, bool isTransposed, T* source, T* weight, T* bias, T* target)
    {
        var plan = new TapPlan(shape, isTransposed, 3 * TSimd.Count);
        bool isDirect = plan.Targets <= MostDirectTargets;
        int depth = isDirect ? int.MaxValue : Math.Min(DeepestTaps, Blocking.KC(sizeof(V)));
        T* packed = ConvolutionScratch.Get<T>(Room.Weights, (long)shape.Groups * plan.WeightsOfGroup);
        var weights = new TapWeights<T>(plan, shape.Groups, isDirect ? 1 : TSimd.Rows, depth, weight, packed);
        weights.Pack();
        int items = checked(shape.Images * shape.Groups * plan.Parts);
        Workers.ForShares(items, ConvolutionKernel.SharesWorth(shape), ConvolutionKernel.IsLong(shape), new Body(plan, shape.Groups, weights, isDirect, depth, source, bias, target));
    }

    readonly struct Body(TapPlan plan, int groups, TapWeights<T> weights, bool isDirect, int depth, T* source, T* bias, T* target) : IRangeBody
    {
        public void Run(int start, int end)
        {
            T* planes = ConvolutionScratch.Get<T>(Room.Planes, plan.PlaneCount);
            long sourceSize = (long)plan.Rows.Source * plan.Columns.Source, targetSize = (long)plan.Rows.Target * plan.Columns.Target;
            for (int item = start; item < end; item++)
            {
                int line = item / plan.Parts, group = line % groups;
                Rectangle part = plan.Part(item - (line * plan.Parts));
                Planes<TSimd, V, T>.Fill(plan, part, source + (line * plan.Channels * sourceSize), 0, plan.Channels, planes);
                T* to = target + (line * plan.Targets * targetSize);
                if (plan.Phases > 1) Spread(part, group, planes, to, (nint)targetSize);
                else Phase(part, 0, group, planes, to + ((long)part.Row * plan.Columns.Target) + part.Column, (nint)targetSize);
            }
        }

        // c[m, i] = the targets of a phase of a part, neighbours.
        void Phase(in Rectangle part, int phase, int group, T* planes, T* c, nint cRow)
        {
            if (part.Count == 0) return;
            bool hasTerms = plan.TapsOf(phase) > 0;
            if (bias != null || !hasTerms)
            {
                for (int row = 0; row < plan.Targets; row++) new Span<T>(c + (row * cRow), part.Count).Fill(bias != null ? bias[(group * plan.Targets) + row] : default);
            }

            if (hasTerms && isDirect) DirectTaps<TSimd, V, T>.Run(plan, part, phase, weights.Of(group, phase, 0), planes, c, cRow, bias != null);
            else if (hasTerms) Products(part, phase, group, planes, c, cRow);
        }

        // The targets of several phases, each made as neighbours and then put in their places: those of the phases of a row together.
        void Spread(in Rectangle part, int group, T* planes, T* to, nint targetSize)
        {
            int down = plan.Rows.Phases, across = plan.Columns.Phases;
            long size = (long)plan.Targets * part.Count;
            T* made = ConvolutionScratch.Get<T>(Room.Part, across * size);
            for (int row = 0; row < down; row++)
            {
                for (int column = 0; column < across; column++)
                {
                    Rectangle own = plan.Clip(part, (row * across) + column);
                    Phase(own, (row * across) + column, group, planes, made + (column * size), own.Count);
                }

                Rectangle first = plan.Clip(part, row * across), last = plan.Clip(part, (row * across) + across - 1);
                for (int line = 0; line < plan.Targets * first.Height; line++)
                {
                    int channel = line / first.Height, i = line - (channel * first.Height);
                    T* target = to + (channel * targetSize) + (((((long)part.Row + i) * down) + row) * plan.Columns.Target) + ((long)part.Column * across);
                    int done = across == 2 ? Pairs(made + ((long)line * first.Width), made + size + ((long)line * last.Width), target, last.Width) : 0;
                    for (int column = 0; column < across; column++)
                    {
                        int width = plan.Clip(part, (row * across) + column).Width;
                        T* from = made + (column * size) + ((long)line * width), place = target + column + ((long)done * across);
                        for (int j = done; j < width; j++, place += across) *place = from[j];
                    }
                }
            }
        }

        // target = even[0], odd[0], even[1], … by whole registers; how many of each were taken.
        static int Pairs(T* even, T* odd, T* target, int count)
        {
            int done = 0, step = Vector128<T>.Count;
            if (!Sse2.IsSupported) return done;
            for (; done <= count - step; done += step)
            {
                Vector128<T> a = Vector128.Load(even + done), b = Vector128.Load(odd + done);
                if (typeof(T) == typeof(float))
                {
                    Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>().Store(target + (2 * done));
                    Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>().Store(target + (2 * done) + step);
                }
                else
                {
                    Sse2.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>().Store(target + (2 * done));
                    Sse2.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>().Store(target + (2 * done) + step);
                }
            }

            return done;
        }

        void Products(in Rectangle part, int phase, int group, T* planes, T* c, nint cRow)
        {
            int count = part.Count, terms = plan.Channels * plan.TapsOf(phase), blocks = TapWeights<T>.Blocks(terms, depth);
            var cut = new RowTiles(plan.Targets, TSimd.Rows);
            for (int block = 0; block < blocks; block++)
            {
                int first = TapWeights<T>.Start(terms, blocks, block), length = TapWeights<T>.Start(terms, blocks, block + 1) - first;
                T* right = ConvolutionScratch.Get<T>(Room.Panel, ((long)length * NR) + NR);
                LeftOperand<T> left = LeftOperand<T>.Packed(weights.Of(group, phase, first), length);
                for (int column = 0; column < count; column += NR)
                {
                    int columns = Math.Min(NR, count - column), width = Panel<TSimd, V, T>.Padded(columns);
                    Pack(part, phase, first, length, column, columns, planes, right, width);
                    Panel<TSimd, V, T>.Run(cut, columns, length, left, right, width, c + column, cRow, block > 0 || bias != null, default);
                }
            }
        }

        // right[term, lane] = plane of the term at target column + lane. Stores of whole vectors reach into what later ones overwrite.
        void Pack(in Rectangle part, int phase, int first, int length, int column, int columns, T* planes, T* right, int width)
        {
            int* lanes = stackalloc int[NR], places = stackalloc int[NR];
            int segments = 0;
            for (int lane = 0, row = column / part.Width, i = column - (row * part.Width); lane < columns; row++, i = 0)
            {
                (lanes[segments], places[segments++]) = (lane, (row * plan.PlaneColumns) + i);
                lane += part.Width - i;
            }

            int taps = plan.TapsOf(phase), channel = first / taps, tap = first - (channel * taps);
            int* offsets = plan.Offsets(phase);
            T* plane = planes + ((long)channel * plan.ChannelSize);
            for (int term = 0; term < length; term++, right += width)
            {
                T* from = plane + offsets[tap];
                for (int segment = 0; segment < segments; segment++)
                {
                    T* source = from + places[segment], to = right + lanes[segment];
                    TSimd.Store(TSimd.Load(source), to);
                    if ((segment + 1 < segments ? lanes[segment + 1] : columns) - lanes[segment] > TSimd.Count) TSimd.Store(TSimd.Load(source + TSimd.Count), to + TSimd.Count);
                }

                if (++tap < taps) continue;
                tap = 0;
                plane += plan.ChannelSize;
            }
        }
    }
}
