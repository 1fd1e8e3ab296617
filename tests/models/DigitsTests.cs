using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class DigitsTests
{
    [Test]
    public void TheEmbeddedImagesAreThePublishedOnes()
    {
        Digits digits = Digits.Load();
        Assert.That(digits.Count, Is.EqualTo(1797));
        Assert.That(Enumerable.Range(0, Digits.Classes).Select(label => digits.Labels.Count(one => one == label)), Is.EqualTo((int[])[178, 182, 177, 183, 181, 182, 181, 179, 174, 180]));
        Assert.That(digits.Images, Has.Length.EqualTo(1797 * 64));
        Assert.That((digits.Images.Min(), digits.Images.Max()), Is.EqualTo(((byte)0, (byte)16)));

        // First row of the first image, as every copy of the set begins.
        Assert.That(digits.Images[..8], Is.EqualTo((byte[])[0, 0, 5, 13, 9, 1, 0, 0]));
    }

    [Test]
    public void RowsAreScaledAndKeepTheirLabels()
    {
        Digits digits = Digits.Load();
        var (images, labels) = digits.Take([5, 0], -1, 1);
        Assert.That((images.Shape, labels.Shape), Is.EqualTo((Adjoint.Shape.Create([2, 64]), Adjoint.Shape.Create([2]))));
        Assert.That(labels.Read<long>(), Is.EqualTo((long[])[5, 0]));
        Assert.That(images.Read<float>()[64..68], Is.EqualTo((float[])[-1, -1, -0.375f, 0.625f]));
    }
}
