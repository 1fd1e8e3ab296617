using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class NamesTests
{
    static readonly string[] Known = ["moons", "checkerboard", "swiss-roll", "rate"];

    [TestCase("mons", "moons")]
    [TestCase("MOONS", "moons")]
    [TestCase("omons", "moons")]
    [TestCase("check", "checkerboard")]
    [TestCase("swissroll", "swiss-roll")]
    [TestCase("rat", "rate")]
    [TestCase("x", null)]
    [TestCase("", null)]
    [TestCase("gaussians", null)]
    public void TheNearestNameIsFoundOrNone(string typed, string? expected) => Assert.That(Names.Nearest(typed, Known), Is.EqualTo(expected));

    [Test]
    public void LongTextFromOutsideIsCut() => Assert.That(Names.Show(new string('x', 1000), 10), Is.EqualTo("xxxxxxxxxx…"));

    [Test]
    public void NumbersKeepTheirBitsThroughTheirCanonicalSpelling()
    {
        Option option = Option.Number("rate", 0.1, "");
        foreach (string text in (string[])["0.1", "1e-3", "123456789.123456789", "4.9e-324", "-0"])
        {
            string canonical = option.Parse(text);
            Assert.That(option.Parse(canonical), Is.EqualTo(canonical));
            Assert.That(double.Parse(canonical, System.Globalization.CultureInfo.InvariantCulture),
                Is.EqualTo(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
