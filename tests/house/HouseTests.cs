using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The house rules that can be checked by reading files.</summary>
public sealed partial class HouseTests
{
    static readonly string[] Folders = ["kernels", "engine", "models", "tests", "bench"];

    /// <summary>What each project may refer to: projects and packages. Arrows point down the layers only.</summary>
    static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["kernels/Kernels.csproj"] = ([], []),
        ["kernels/gpu/KernelsGpu.csproj"] = (["kernels/Kernels.csproj"], ["ILGPU"]),
        ["engine/Engine.csproj"] = (["kernels/Kernels.csproj"], ["System.Numerics.Tensors"]),
        ["engine/gpu/EngineGpu.csproj"] = (["engine/Engine.csproj"], []),
        ["engine/gpu/compiled/EngineGpuCompiled.csproj"] = (["engine/gpu/EngineGpu.csproj", "kernels/gpu/KernelsGpu.csproj"], []),
        ["models/Models.csproj"] = (["engine/Engine.csproj"], ["MathNet.Numerics", "OxyPlot.Core", "StbImageWriteSharp"]),
        ["models/cli/Cli.csproj"] = (["engine/gpu/compiled/EngineGpuCompiled.csproj", "models/Models.csproj"], ["System.CommandLine", "Spectre.Console"]),
        ["bench/Bench.csproj"] = (["engine/Engine.csproj", "engine/gpu/compiled/EngineGpuCompiled.csproj", "models/Models.csproj"], []),
        ["tests/aot/Aot.csproj"] = (["engine/Engine.csproj"], []),
        ["tests/aot-gpu/AotGpu.csproj"] = (["engine/Engine.csproj", "engine/gpu/EngineGpu.csproj"], []),
        ["tests/Tests.csproj"] = (
            ["engine/Engine.csproj", "engine/gpu/compiled/EngineGpuCompiled.csproj", "kernels/gpu/KernelsGpu.csproj", "models/cli/Cli.csproj", "bench/Bench.csproj"],
            ["NUnit", "NUnit3TestAdapter", "NUnit.Analyzers", "Microsoft.NET.Test.Sdk", "CsCheck"]),
    };

    [Test]
    public void EveryProjectRefersOnlyToTheLayersBelowIt()
    {
        string[] found = [.. Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(Repository.Relative).Where(path => !path.StartsWith("artifacts", StringComparison.Ordinal))
            .Where(path => !path.StartsWith(Path.Combine("bench", "peers"), StringComparison.Ordinal)) // measured beside the engine, and no part of it
            .Order(StringComparer.Ordinal)];
        Assert.That(found, Is.EquivalentTo(Allowed.Keys), "a project is missing from the list of layers, or gone");
        foreach (string project in found)
        {
            XDocument xml = XDocument.Load(Path.Combine(Repository.Root, project));
            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
            string[] projects = [.. Includes(xml, "ProjectReference").Select(path => Repository.Relative(Path.GetFullPath(Path.Combine(folder, path.Replace('\\', '/')))))];
            Assert.That(projects, Is.SubsetOf(Allowed[project].Projects), $"{project}: a reference against the direction of the layers");
            Assert.That(Includes(xml, "PackageReference"), Is.SubsetOf(Allowed[project].Packages), $"{project}: a package that the design does not name");
        }
    }

    [Test]
    public void EveryPackageVersionIsUsedAndLocked()
    {
        string[] versions = [.. Includes(XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")), "PackageVersion")];
        Assert.That(versions, Is.EquivalentTo(Allowed.Values.SelectMany(allowed => allowed.Packages).Distinct()));
        foreach (string project in Allowed.Keys.Where(project => !project.Contains("aot", StringComparison.Ordinal)))
            Assert.That(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json"), Does.Exist);
    }

    [Test]
    public void NoFileIsAbove600LinesAndHalfAreUnder150()
    {
        int[] lengths = [.. Repository.Sources(Folders).Select(path => File.ReadLines(path).Count()).Order()];
        string[] tooLong = [.. Repository.Sources(Folders).Where(path => File.ReadLines(path).Count() > 600).Select(Repository.Relative)];
        Assert.Multiple(() =>
        {
            Assert.That(tooLong, Is.Empty, "files above 600 lines");
            Assert.That(lengths[lengths.Length / 2], Is.LessThan(150), "median length");
        });
    }

    [Test]
    public void NothingIsLeftBehind()
    {
        string self = Path.Combine(Repository.Root, "tests", "house", "HouseTests.cs");
        string[] marks = [.. Repository.Sources(Folders).Where(path => path != self)
            .SelectMany(path => File.ReadLines(path).Select((line, number) => (path, line, number)))
            .Where(item => Leftover().IsMatch(item.line))
            .Select(item => $"{Repository.Relative(item.path)}:{item.number + 1}: {item.line.Trim()}")];
        Assert.That(marks, Is.Empty);
    }

    [Test]
    public void EveryTopFolderHasAShortReadme([ValueSource(nameof(Folders))] string folder)
    {
        string path = Path.Combine(Repository.Root, folder, "README.md");
        Assert.That(path, Does.Exist);
        Assert.That(File.ReadLines(path).Count(), Is.InRange(5, 40));
    }

    [Test]
    public void TheLibrariesUseNoReflection()
    {
        // The compiler of GPU kernels reads methods, and belongs to no program that is published trimmed or ahead of time.
        string compiler = Path.Combine(Repository.Root, "kernels", "gpu") + Path.DirectorySeparatorChar;
        string[] hits = [.. Repository.Sources("kernels", "engine").Where(path => !path.StartsWith(compiler, StringComparison.Ordinal)).Where(path => Reflection().IsMatch(File.ReadAllText(path))).Select(Repository.Relative)];
        Assert.That(hits, Is.Empty);
    }

    static IEnumerable<string> Includes(XDocument xml, string element) =>
        xml.Descendants(element).Select(item => item.Attribute("Include")).OfType<XAttribute>().Select(item => item.Value);

    [GeneratedRegex(@"TODO|FIXME|HACK|NotImplementedException|#region|^\s*//[^/].*;\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Leftover();

    [GeneratedRegex(@"using System\.Reflection|Activator\.|GetMethod\(|(?<!Try)GetProperty\(|MakeGenericType|\bdynamic\b", RegexOptions.CultureInvariant)]
    private static partial Regex Reflection();
}
