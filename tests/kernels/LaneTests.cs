using System.Numerics;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Registers that are filled from and written to memory in part.</summary>
public class LaneTests
{
    [Test]
    public void PartsTouchTheFirstNumbersOnly() => Assert.Multiple(() =>
    {
        AllWidths<float>();
        AllWidths<double>();
        AllWidths<int>();
        AllWidths<long>();
    });

    static void AllWidths<T>() where T : unmanaged, INumber<T>
    {
        Parts<Lane128<T>, T>();
        Parts<Lane256<T>, T>();
        Parts<Lane512<T>, T>();
    }

    static void Parts<V, T>() where V : struct, IRegister<V, T> where T : unmanaged, INumber<T>
    {
        T[] source = [.. Enumerable.Range(1, V.Count).Select(T.CreateChecked)], rest = [.. Enumerable.Range(1, V.Count).Select(static i => T.CreateChecked(-i))], target = new T[V.Count], whole = new T[V.Count];
        for (int count = 0; count < V.Count; count++)
        {
            string title = $"{count} of {V.Count} {typeof(T).Name}";

            // Of an array of so many numbers, what lies behind is not the array's.
            T[] few = source[..count];
            V part = count == 0 ? V.LoadPart(ref source[0], 0, V.Load(ref rest[0])) : V.LoadPart(ref few[0], count, V.Load(ref rest[0]));
            V.Store(part, ref whole[0]);
            Assert.That(whole, Is.EqualTo(few.Concat(rest.Skip(count))), $"load {title}");
            Array.Fill(target, T.CreateChecked(77));
            V.StorePart(V.Load(ref source[0]), ref target[0], count);
            Assert.That(target, Is.EqualTo(few.Concat(Enumerable.Repeat(T.CreateChecked(77), V.Count - count))), $"store {title}");
        }
    }
}
