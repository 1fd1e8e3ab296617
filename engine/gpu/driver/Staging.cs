namespace Adjoint.Gpu;

/// <summary>
/// Copies between the host's memory and the device through two page-locked buffers, made at the first copy. Only page-locked memory is copied while the program goes on; with two of them the program fills or
/// empties one while the device copies the other. Small writes line up in a buffer, so that a step's few numbers never wait.
/// </summary>
/// <param name="context">The device.</param>
/// <param name="halfBytes">Bytes of one buffer, a multiple of 64.</param>
sealed unsafe class Staging(CudaContext context, int halfBytes) : IDisposable
{
    // Copies start at multiples of a cache line.
    const int Alignment = 64;

    readonly CudaEvent?[] done = new CudaEvent?[2];
    readonly bool[] isPending = new bool[2];
    byte* buffer;
    int half, used;

    /// <summary>Copies to the device; returns as soon as the source was read.</summary>
    public void Write(ulong target, ReadOnlySpan<byte> source)
    {
        Open();
        while (!source.IsEmpty)
        {
            if (used == halfBytes) Turn();
            int count = Math.Min(source.Length, halfBytes - used);
            byte* place = Half(half) + used;
            source[..count].CopyTo(new Span<byte>(place, count));
            int code = context.Functions.MemcpyHtoDAsync(target, place, (nuint)count, context.Stream);
            if (code != 0) throw context.Error(code, "cuMemcpyHtoDAsync_v2", detail: $"{source.Length} bytes to 0x{target:x}");
            used = Math.Min(halfBytes, (used + count + Alignment - 1) & -Alignment);
            source = source[count..];
            target += (ulong)count;
        }
    }

    /// <summary>Waits for all work asked for and copies to the host.</summary>
    public void Read(ulong source, Span<byte> target)
    {
        Open();
        try
        {
            // Writes that still leave the buffers come earlier on the stream, so they are not disturbed.
            int issued = 0;
            for (int start = 0, place = 0; start < target.Length; start += halfBytes, place ^= 1)
            {
                for (; issued < target.Length && issued <= start + halfBytes; issued += halfBytes)
                    Issue(source + (ulong)issued, Math.Min(halfBytes, target.Length - issued), (issued / halfBytes) & 1);
                done[place]!.Wait();
                int count = Math.Min(halfBytes, target.Length - start);
                new ReadOnlySpan<byte>(Half(place), count).CopyTo(target.Slice(start, count));
            }

            context.Waited();
        }
        catch (CudaException)
        {
            context.Functions.StreamSynchronize(context.Stream);
            throw;
        }
        finally
        {
            isPending[0] = isPending[1] = false;
            half = used = 0;
        }
    }

    /// <summary>Gives the buffers back; all work must be done.</summary>
    public void Dispose()
    {
        done[0]?.Dispose();
        done[1]?.Dispose();
        done[0] = done[1] = null;
        if (buffer is not null) context.Functions.MemFreeHost(buffer);
        buffer = null;
    }

    byte* Half(int place) => buffer + ((long)place * halfBytes);

    void Issue(ulong source, int count, int place)
    {
        int code = context.Functions.MemcpyDtoHAsync(Half(place), source, (nuint)count, context.Stream);
        if (code != 0) throw context.Error(code, "cuMemcpyDtoHAsync_v2", detail: $"{count} bytes from 0x{source:x}");
        done[place]!.Record();
    }

    // Goes on in the other buffer once the device has read it.
    void Turn()
    {
        done[half]!.Record();
        isPending[half] = true;
        half ^= 1;
        used = 0;
        if (!isPending[half]) return;
        done[half]!.Wait();
        isPending[half] = false;
    }

    void Open()
    {
        if (buffer is not null) return;
        done[0] ??= new CudaEvent(context, keepsTime: false);
        done[1] ??= new CudaEvent(context, keepsTime: false);
        void* made = null;
        context.Check(context.Functions.MemHostAlloc(&made, (nuint)(2L * halfBytes), 0), "cuMemHostAlloc");
        buffer = (byte*)made;
    }
}
