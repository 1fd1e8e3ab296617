using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>How chains read their inputs: the choice, the places, and the division that replaces one.</summary>
public sealed class ChainLayoutTests
{
    static ChainAccess Access(InputLayout layout, params int[] sizes) => new ChainLayout(sizes, [InputLayouts.Make(layout, sizes).Operand]).Access[0];

    [TestCase(InputLayout.Dense, ChainAccess.Dense, ChainAccess.Dense)]
    [TestCase(InputLayout.Scalar, ChainAccess.Scalar, ChainAccess.Scalar)]
    [TestCase(InputLayout.Row, ChainAccess.Rows, ChainAccess.Strided)]
    [TestCase(InputLayout.Column, ChainAccess.Columns, ChainAccess.Strided)]
    [TestCase(InputLayout.Slice, ChainAccess.Rows, ChainAccess.Strided)]
    [TestCase(InputLayout.Backwards, ChainAccess.Rows, ChainAccess.Strided)]
    [TestCase(InputLayout.Shifted, ChainAccess.Strided, ChainAccess.Strided)]
    [TestCase(InputLayout.Transposed, ChainAccess.Strided, ChainAccess.Strided)]
    [TestCase(InputLayout.Mirrored, ChainAccess.Strided, ChainAccess.Strided)]
    public void RowsOfFoursAreReadInPacks(InputLayout layout, ChainAccess even, ChainAccess odd)
    {
        Assert.That(Access(layout, 3, 8), Is.EqualTo(even));
        Assert.That(Access(layout, 3, 7), Is.EqualTo(odd));
    }

    [Test]
    public void OneOtherInputMakesItOneElementAThread()
    {
        int[] sizes = [4, 8];
        ChainOperand Operand(InputLayout layout) => InputLayouts.Make(layout, sizes).Operand;
        var layout = new ChainLayout(sizes, [Operand(InputLayout.Row), Operand(InputLayout.Transposed), Operand(InputLayout.Dense), Operand(InputLayout.Column)]);
        Assert.That(layout.Access, Is.EqualTo(new[] { ChainAccess.Strided, ChainAccess.Strided, ChainAccess.Dense, ChainAccess.Strided }));
    }

    [Test]
    public void AxesThatNeighbourAreMergedAndThoseOfOneDropped()
    {
        // A bias of [8] and a factor of [2, 1, 1] over [2, 1, 6, 8].
        var layout = new ChainLayout([2, 1, 6, 8], [new([0, 5, 0, 1], 0), new([1, 0, 0, 0], 4)]);
        Assert.That(layout.Axes.Rank, Is.EqualTo(3));
        Assert.That((layout.Axes.Axis0.Size, layout.Axes.Axis1.Size, layout.Axes.Axis2.Size), Is.EqualTo((2, 6, 0)), "in packs; the outermost needs no size");
        Assert.That(new ChainLayout([2, 3, 4, 8], [new([0, 0, 0, 1], 0)]).Axes.Rank, Is.EqualTo(2));
        Assert.That(new ChainLayout([0, 3], [new([0, 1], 0)]).Axes.Rank, Is.EqualTo(2), "no elements");
        Assert.Throws<ArgumentException>(() => _ = new ChainLayout([2, 2, 2, 2, 2, 2, 2, 2, 2], [new([0, 1, 0, 1, 0, 1, 0, 1, 0], 0)]));
    }

    [Test]
    public void PlacesAreThoseOfTheStrides([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int[] sizes = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, 5))];
        int[] strides = [.. sizes.Select(_ => random.Next(-9, 10))];
        var layout = new ChainLayout(sizes, [new(strides, 1000)]);
        if (layout.Steps.Count == 0) return;
        int each = layout.Access[0] == ChainAccess.Strided ? 1 : ChainKernel.PackElements, unit = layout.Access[0] == ChainAccess.Rows ? ChainKernel.PackElements : 1;
        int count = sizes.Aggregate(1, static (product, size) => product * size);
        for (int element = 0; element < count; element += each)
        {
            long expected = 1000;
            for (int axis = sizes.Length - 1, rest = element; axis >= 0; rest /= sizes[axis], axis--) expected += (long)(rest % sizes[axis]) * strides[axis];
            int place = ChainPlace.Of(layout.Axes, element / each).In(layout.Steps[0]);
            Assert.That(place, Is.Not.Negative);
            Assert.That(layout.First(0) + ((long)place * unit), Is.EqualTo(expected), $"seed {seed}, element {element} of [{string.Join(',', sizes)}], strides [{string.Join(',', strides)}]");
        }
    }

    [Test]
    public void ProductsDivideExactly()
    {
        var random = new Random(5);
        int[] edges = [1, 2, 3, 5, 7, 641, 65535, 65536, 65537, (1 << 30) - 1, 1 << 30, (1 << 30) + 1, int.MaxValue - 1, int.MaxValue];
        foreach (int size in edges.Concat(Enumerable.Range(0, 300).Select(i => random.Next(1, 1 << (1 + (i % 30))))))
        {
            ChainAxis axis = ChainAxis.Of(size);
            foreach (long near in edges.Select(edge => (long)edge).Concat(Enumerable.Range(1, 40).Select(_ => (long)random.Next() / size * size)))
            {
                for (long number = Math.Max(0, near - 1); number <= Math.Min(int.MaxValue, near + 1); number++)
                    Assert.That(((ulong)number * axis.Multiplier) >> axis.Shift, Is.EqualTo((ulong)(number / size)), $"{number} / {size}");
            }
        }
    }

    [Test]
    public void ChainsThatMakeNoSenseAreRefusedByName()
    {
        ChainInput[] inputs = [new(typeof(float), ChainAccess.Dense), new(typeof(byte), ChainAccess.Dense)];
        void Refused(string words, params ChainStep[] steps) => Assert.That(Assert.Throws<ArgumentException>(() => _ = new ChainKernel(inputs, steps))!.Message, Does.Contain(words));
        Refused("step 0 (Unary) has an operand that does not precede it", new ChainStep(ChainStepKind.Unary, typeof(Exp), 2, 2, 2, typeof(float), 0));
        Refused("step 0 (Unary) has no unary operator", new ChainStep(ChainStepKind.Unary, typeof(Add), 0, 0, 0, typeof(float), 0));
        Refused("step 0 (Unary) needs an operand of its own type", new ChainStep(ChainStepKind.Unary, typeof(Exp), 1, 1, 1, typeof(float), 0));
        Refused("step 0 (Binary) needs two operands", new ChainStep(ChainStepKind.Binary, typeof(Add), 0, 1, 0, typeof(float), 0));
        Refused("step 0 (Compare) needs two operands", new ChainStep(ChainStepKind.Compare, typeof(Less), 0, 0, 0, typeof(float), 0));
        Refused("step 0 (Where) needs a bool", new ChainStep(ChainStepKind.Where, null, 0, 0, 0, typeof(float), 0));
        Refused("elements of type Int16", new ChainStep(ChainStepKind.Cast, null, 0, 0, 0, typeof(short), 0));
        Refused("outputs are not numbered", new ChainStep(ChainStepKind.Copy, null, 0, 0, 0, typeof(float), -1));
        Refused("two steps write output 0", new(ChainStepKind.Copy, null, 0, 0, 0, typeof(float), 0), new(ChainStepKind.Copy, null, 0, 0, 0, typeof(float), 0));
        Refused("outputs are not numbered");
    }
}
