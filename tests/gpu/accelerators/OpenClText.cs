using System.Text.RegularExpressions;
using Adjoint.Kernels.Gpu;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using Kernel = Adjoint.Kernels.Gpu.Kernel;

namespace Adjoint.Tests.Gpu;

/// <summary>Kernels as OpenCL C, which takes no device, and what can be seen in it.</summary>
sealed partial class OpenClText : IDisposable
{
    readonly Context context;
    readonly CLBackend backend;

    public OpenClText()
    {
        LaneRemaps.Install();
        context = Context.Create(static builder =>
        {
            builder.Optimize(OptimizationLevel.O1);
            OpenClTable.Register(builder);
        });
        backend = new CLBackend(context, new CLCapabilityContext(true, true, true, true, true), CLDeviceVendor.Other, new CLCVersion(2, 0));
    }

    /// <summary>The text of a kernel.</summary>
    public string Compile(Kernel kernel) =>
        ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), KernelSpecialization.Empty)).Source;

    /// <summary>
    /// Variables that a block sets for what one of its jumps leads to, and that what another leads to reads as they were before. ILGPU sets the values of a block's successor before the jumps.
    /// </summary>
    public static IReadOnlyList<string> Overwritten(string text)
    {
        Block[] blocks = [.. LabelPattern().Split(text).Skip(1).Chunk(2).Select(static pair => new Block(pair[0], pair[1]))];
        Dictionary<string, Block> byName = blocks.ToDictionary(static block => block.Name);
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Block block in blocks.Reverse()) changed |= block.Extend(block.Next.Select(name => byName[name]));
        }

        return [.. from block in blocks from name in block.Moved where block.Next.Count(next => byName[next].Before.Contains(name)) > 1 select $"{name} in {block.Name}"];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }

    [GeneratedRegex(@"^\t(L_\d+): ;", RegexOptions.Multiline)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"goto (L_\d+);")]
    private static partial Regex JumpPattern();

    [GeneratedRegex(@"^\s*(var\d+) =(.*);")]
    private static partial Regex AssignmentPattern();

    [GeneratedRegex(@"^\tvar\d+ = \S+;")]
    private static partial Regex MovePattern();

    [GeneratedRegex(@"var\d+")]
    private static partial Regex VariablePattern();

    // Statements without a jump between them.
    sealed class Block
    {
        readonly HashSet<string> set = [];

        public Block(string name, string text)
        {
            Name = name;
            Next = [.. JumpPattern().Matches(text).Select(static match => match.Groups[1].Value).Distinct()];
            string[] lines = text.Split('\n');
            foreach (string line in lines)
            {
                Match assignment = AssignmentPattern().Match(line);
                foreach (Match read in VariablePattern().Matches(assignment.Success ? assignment.Groups[2].Value : line))
                {
                    if (!set.Contains(read.Value)) Before.Add(read.Value);
                }

                if (assignment.Success) set.Add(assignment.Groups[1].Value);
            }

            int end = Array.FindLastIndex(lines, static line => MovePattern().IsMatch(line)) + 1, start = end;
            while (start > 0 && MovePattern().IsMatch(lines[start - 1])) start--;
            Moved = [.. lines[start..end].Select(static line => AssignmentPattern().Match(line).Groups[1].Value)];
        }

        public string Name { get; }

        public string[] Next { get; }

        // The last assignments: values of other blocks.
        public string[] Moved { get; }

        // What is read here or later as it was before.
        public HashSet<string> Before { get; } = [];

        public bool Extend(IEnumerable<Block> next)
        {
            int count = Before.Count;
            Before.UnionWith(next.SelectMany(static one => one.Before).Where(name => !set.Contains(name)).ToArray());
            return Before.Count > count;
        }
    }
}
