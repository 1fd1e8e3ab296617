namespace Adjoint.Kernels;

/// <summary>
/// The gradient of a convolution to its weights: for each tap and channel, products of the shifted plane with all results' cotangents, summed over positions and images. The
/// cotangents are packed turned, the planes' rows copied as they lie, and register tiles add up rows of (tap, channel) by outputs. Images are summed in slabs whose number follows from the
/// shape alone, so that bits do not depend on threads.
/// </summary>
static unsafe class WeightSums<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int MostSlabs = 8, SlabsTimesGroups = 16;

    // Numbers of all slabs' sums.
    const int MostPartialSums = 1 << 20;

    // Positions whose products are summed at once, and rows of (tap, channel): a tile's rows stay in the first cache level, all of them in the second.
    const int MostPositions = 512, RowsAtOnce = 48;

    // Up to so many outputs, sums of products vector by vector beat tiles of one or two columns.
    const int MostDirectOutputs = 2;

    static int NR => Panel<TSimd, V, T>.Columns;

    /// <summary>weight = Σ over images and positions of result · shifted image.</summary>
    public static void Run(in ConvolutionShape shape, T* image, T* result, T* weight)
    {
        var plan = new TapPlan(shape, false, 3 * TSimd.Count);
        long size = (long)shape.Groups * plan.WeightsOfGroup;
        int slabs = Math.Clamp((int)Math.Min(SlabsTimesGroups / shape.Groups, MostPartialSums / size), 1, Math.Clamp(shape.Images, 1, MostSlabs));
        int rows = shape.Taps * shape.Inputs, pairs = slabs * shape.Groups;
        int splits = Math.Clamp((2 * Workers.Threads) / pairs, 1, (rows + RowsAtOnce - 1) / RowsAtOnce);
        T* sums = ConvolutionScratch.Get<T>(Room.Weights, slabs * size);
        var body = new Body(plan, shape, slabs, splits, image, result, sums);
        Workers.ForShares(pairs * splits, ConvolutionKernel.SharesWorth(shape), ConvolutionKernel.IsLong(shape), body);
        Workers.For(shape.Groups * shape.Outputs, Math.Max(1, (1 << 14) / Math.Max(1, rows)), new Fold(shape, slabs, size, sums, weight));
    }

    // sums[slab, group, tap, channel, output] to weight[group, output, channel, tap].
    readonly struct Fold(ConvolutionShape shape, int slabs, long size, T* sums, T* weight) : IRangeBody
    {
        public void Run(int start, int end)
        {
            int taps = shape.Taps;
            for (int line = start; line < end; line++)
            {
                int group = line / shape.Outputs, output = line - (group * shape.Outputs);
                T* to = weight + ((long)line * shape.Inputs * taps);
                for (int channel = 0; channel < shape.Inputs; channel++)
                {
                    for (int tap = 0; tap < taps; tap++)
                    {
                        T* from = sums + ((((((long)group * taps) + tap) * shape.Inputs) + channel) * shape.Outputs) + output;
                        T sum = *from;
                        for (int slab = 1; slab < slabs; slab++) sum = Scalar<T>.Add(sum, from[slab * size]);
                        *to++ = sum;
                    }
                }
            }
        }
    }

    readonly struct Body(TapPlan plan, ConvolutionShape shape, int slabs, int splits, T* image, T* result, T* sums) : IRangeBody
    {
        public void Run(int start, int end)
        {
            T* planes = ConvolutionScratch.Get<T>(Room.Planes, plan.PlaneCount);
            for (int item = start; item < end; item++)
            {
                int split = item % splits, pair = item / splits, group = pair % shape.Groups, slab = pair / shape.Groups, rows = shape.Taps * shape.Inputs;
                int first = (int)((long)rows * split / splits), last = (int)((long)rows * (split + 1) / splits);
                T* own = sums + ((((long)slab * shape.Groups) + group) * rows * shape.Outputs);
                if (shape.Outputs <= MostDirectOutputs) Direct(slab, group, first, last, planes, own);
                else Tiles(slab, group, first, last, planes, own);
            }
        }

        int FirstImage(int slab) => (int)((long)shape.Images * slab / slabs);

        void Tiles(int slab, int group, int first, int end, T* planes, T* own)
        {
            bool accumulate = false;
            int panels = (shape.Outputs + NR - 1) / NR;
            for (int n = FirstImage(slab); n < FirstImage(slab + 1); n++)
            {
                long line = ((long)n * shape.Groups) + group;
                T* from = image + (line * shape.Inputs * shape.ImageSize), cotangents = result + (line * shape.Outputs * shape.ResultSize);
                for (int index = 0; index < plan.Parts; index++)
                {
                    Rectangle part = plan.Part(index);
                    Planes<TSimd, V, T>.Fill(plan, part, from, 0, shape.Inputs, planes);
                    T* target = cotangents + ((long)part.Row * shape.Columns.Result) + part.Column;
                    for (int position = 0; position < part.Count; position += MostPositions)
                    {
                        int count = Math.Min(MostPositions, part.Count - position);
                        T* right = ConvolutionScratch.Get<T>(Room.Panel, (long)panels * NR * count);
                        for (int panel = 0; panel < panels; panel++)
                        {
                            int columns = Math.Min(NR, shape.Outputs - (panel * NR));
                            Packing.Panel<TSimd, V, T>(target + position + ((long)panel * NR * shape.ResultSize), shape.ResultSize, 1, columns, count, right + ((long)panel * NR * count),
                                Panel<TSimd, V, T>.Padded(columns));
                        }

                        Rows(part, position, count, first, end, planes, right, own, accumulate);
                        accumulate = true;
                    }
                }
            }

            if (!accumulate) new Span<T>(own + ((long)first * shape.Outputs), (end - first) * shape.Outputs).Clear();
        }

        void Rows(in Rectangle part, int position, int count, int first, int end, T* planes, T* right, T* own, bool accumulate)
        {
            int stride = count + TSimd.Count;
            T* left = ConvolutionScratch.Get<T>(Room.Part, (long)RowsAtOnce * stride);
            LeftOperand<T> operand = LeftOperand<T>.InPlace(new MatMulShape(0, 0, 0, stride, 1, 0, 0, 0), left);
            int* offsets = plan.Offsets(0);
            for (int row = first; row < end; row += RowsAtOnce)
            {
                int rows = Math.Min(RowsAtOnce, end - row);
                for (int i = 0; i < rows; i++)
                {
                    int tap = (row + i) / shape.Inputs, channel = row + i - (tap * shape.Inputs);
                    Copy(part, position, count, planes + ((long)channel * plan.ChannelSize) + offsets[tap], left + ((long)i * stride));
                }

                for (int column = 0; column < shape.Outputs; column += NR)
                {
                    int columns = Math.Min(NR, shape.Outputs - column);
                    Panel<TSimd, V, T>.Run(new RowTiles(rows, Panel<TSimd, V, T>.Tallest(columns)), columns, count, operand, right + ((long)column * count),
                        Panel<TSimd, V, T>.Padded(columns), own + ((long)row * shape.Outputs) + column, shape.Outputs, accumulate, default);
                }
            }
        }

        // The plane's numbers at some positions of the part, one after another. May write a vector beyond.
        void Copy(in Rectangle part, int position, int count, T* plane, T* target)
        {
            int row = position / part.Width, i = position - (row * part.Width);
            for (int done = 0; done < count; row++, i = 0)
            {
                int length = Math.Min(part.Width - i, count - done);
                T* from = plane + ((long)row * plan.PlaneColumns) + i, to = target + done;
                for (int v = 0; v < length; v += TSimd.Count) TSimd.Store(TSimd.Load(from + v), to + v);
                done += length;
            }
        }

        void Direct(int slab, int group, int first, int end, T* planes, T* own)
        {
            int rows = end - first;
            V* lanes = (V*)ConvolutionScratch.Get<T>(Room.Part, (long)rows * shape.Outputs * TSimd.Count);
            new Span<V>(lanes, rows * shape.Outputs).Clear();
            for (int n = FirstImage(slab); n < FirstImage(slab + 1); n++)
            {
                long line = ((long)n * shape.Groups) + group;
                T* from = image + (line * shape.Inputs * shape.ImageSize), cotangents = result + (line * shape.Outputs * shape.ResultSize);
                for (int index = 0; index < plan.Parts; index++)
                {
                    Rectangle part = plan.Part(index);
                    Planes<TSimd, V, T>.Fill(plan, part, from, 0, shape.Inputs, planes);
                    for (int output = 0; output < shape.Outputs; output++)
                    {
                        T* y = cotangents + ((long)output * shape.ResultSize) + ((long)part.Row * shape.Columns.Result) + part.Column;
                        for (int row = 0; row < rows; row++) lanes[(row * shape.Outputs) + output] = Products(part, y, Place(planes, first + row), lanes[(row * shape.Outputs) + output]);
                    }
                }
            }

            for (int i = 0; i < rows * shape.Outputs; i++) own[((long)first * shape.Outputs) + i] = TSimd.Sum(lanes[i]);
        }

        T* Place(T* planes, int row)
        {
            int tap = row / shape.Inputs, channel = row - (tap * shape.Inputs);
            return planes + ((long)channel * plan.ChannelSize) + plan.Offsets(0)[tap];
        }

        // Each lane of the sum is one chain along rows. Threads change how many rows a part has, never its columns, and so no bits.
        V Products(in Rectangle part, T* y, T* plane, V sum)
        {
            int width = part.Width;
            for (int row = 0; row < part.Height; row++, y += width, plane += plan.PlaneColumns)
            {
                int i = 0;
                for (; i <= width - TSimd.Count; i += TSimd.Count) sum = TSimd.MultiplyAdd(TSimd.Load(y + i), TSimd.Load(plane + i), sum);
                if (i < width) sum = TSimd.MultiplyAdd(TSimd.LoadPart(y + i, width - i), TSimd.LoadPart(plane + i, width - i), sum);
            }

            return sum;
        }
    }
}
