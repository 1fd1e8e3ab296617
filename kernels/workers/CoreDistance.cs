using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// How far the cores are from each other, measured once, when the first loop could be shared: what one core writes and another reads crosses between their caches, and must
/// be claimed back before it is written again. On some processors that costs more than computing the numbers, and short loops had better stay on one core.
/// </summary>
public static unsafe class CoreDistance
{
    const int Lines = 256, Rounds = 24, LineBytes = 64;

    // Nanoseconds a line times numbers a register of the processor on which the least shares of kernels were found.
    const double Reference = 45;
    const int MaximumScale = 16;

    // Two threads may get one core for a while: then they take turns by the operating system's clock, and what they wrote is in the cache of both.
    const int Attempts = 4;
    const double MostMicrosecondsPerRound = 20;

    // Threads that get no core in this time will not help with a loop either.
    static readonly long patience = Stopwatch.Frequency / 50;

    /// <summary>A choice under which every loop that asks for the distance runs on one thread.</summary>
    public const double Alone = 1 << 16;

    static readonly Lock measuring = new();
    static double scale;

    [ThreadStatic]
    static double chosen;

    /// <summary>
    /// A scale that is used instead of the measured one while it is above 0: what somebody who runs the same loops again and again has found best by trying. For loops of the
    /// calling thread; it changes times only, never results.
    /// </summary>
    public static double Chosen
    {
        get => chosen;
        set => chosen = value;
    }

    /// <summary>How many times the least share of a kernel a thread must get here to be worth its while; 1 where cores are as near as on the machine where shares were tuned.</summary>
    public static double Scale
    {
        get
        {
            double now = Chosen;
            if (now > 0) return now;
            double known = Volatile.Read(ref scale);
            return known > 0 ? known : Measure();
        }

        // For tests of both ways.
        internal set => Volatile.Write(ref scale, value);
    }

    /// <summary>
    /// <see cref="Scale"/> for a loop, of which the caller knows whether it is worth two threads where cores are near. How far cores are is not asked for, and not measured, where that cannot make a difference.
    /// </summary>
    internal static double ScaleFor(bool isWorthTwo) => Workers.Threads > 1 && (isWorthTwo || Chosen > 0) ? Scale : 1;

    static double Measure()
    {
        lock (measuring)
        {
            if (scale == 0)
            {
                double nanoseconds = double.PositiveInfinity;
                for (int attempt = 0; attempt < Attempts && double.IsPositiveInfinity(nanoseconds); attempt++) nanoseconds = LineNanoseconds();
                Volatile.Write(ref scale, Math.Clamp(Math.Round(nanoseconds * Simd.Bits / 32 / Reference), 1, MaximumScale));
            }

            return scale;
        }
    }

    /// <summary>Time in which a line of 64 bytes is read by the core that did not write it, and written again by the one that did; infinite if no second thread runs beside the first.</summary>
    static double LineNanoseconds()
    {
        var room = (byte*)NativeMemory.AlignedAlloc((Lines + 4) * LineBytes, 4 * LineBytes);
        NativeMemory.Clear(room, (Lines + 4) * LineBytes);
        var exchange = new Exchange(room);
        var partner = new Thread(exchange.Write) { IsBackground = true, Name = "Adjoint distance" };
        partner.Start();
        double result = exchange.Read();
        partner.Join();
        NativeMemory.AlignedFree(room);
        return result;
    }

    /// <summary>Two threads in turn: one adds to every line, the other reads them.</summary>
    sealed class Exchange
    {
        readonly byte* lines;
        readonly long* turn;
        readonly double[] reads = new double[Rounds], writes = new double[Rounds];
        bool gaveUp;

        public Exchange(byte* room)
        {
            turn = (long*)room;
            lines = room + (4 * LineBytes);
        }

        public void Write()
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (!Await(2 * round)) return;
                long start = Stopwatch.GetTimestamp();
                for (int line = 0; line < Lines; line++) (*(long*)(lines + (line * LineBytes)))++;
                writes[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Lines;
                Volatile.Write(ref *turn, (2 * round) + 1);
            }
        }

        public double Read()
        {
            if (!Await(1)) return double.PositiveInfinity;
            long sum = 0, began = Stopwatch.GetTimestamp();
            for (int round = 0; round < Rounds; round++)
            {
                if (!Await((2 * round) + 1)) return double.PositiveInfinity;
                long start = Stopwatch.GetTimestamp();
                for (int line = 0; line < Lines; line++) sum += *(long*)(lines + (line * LineBytes));
                reads[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Lines;
                Volatile.Write(ref *turn, (2 * round) + 2);
            }

            if (Stopwatch.GetElapsedTime(began).TotalMicroseconds > Rounds * MostMicrosecondsPerRound) return double.PositiveInfinity;

            // Each line was one number more in each round: the sum is used so that the reads are not left out.
            if (sum != (long)Lines * Rounds * (Rounds + 1) / 2) return double.PositiveInfinity;
            return Quartile(reads) + Quartile(writes);
        }

        bool Await(long value)
        {
            long start = Stopwatch.GetTimestamp();
            for (int spins = 1; Volatile.Read(ref *turn) != value; spins++)
            {
                if (spins % 1000 != 0) Thread.SpinWait(1);
                else if (!Volatile.Read(ref gaveUp) && Stopwatch.GetTimestamp() - start <= patience) Thread.Yield();
                else
                {
                    Volatile.Write(ref gaveUp, true);
                    return false;
                }
            }

            return true;
        }

        // Rounds in which a thread lost its core tell nothing.
        static double Quartile(double[] values)
        {
            Array.Sort(values);
            return values[values.Length / 4];
        }
    }
}
