using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// Values written by tests/fixtures/torch/make_torch_fixtures.py. The reader is the tests' own and a dozen lines, so that a mistake in the
/// engine's reader cannot hide one in an op.
/// </summary>
sealed class Fixture
{
    readonly Dictionary<string, (JsonElement Entry, byte[] Bytes, int Start)> entries = [];

    Fixture(string kind)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "torch"), $"{kind}*.safetensors").Order(StringComparer.Ordinal))
        {
            byte[] bytes = File.ReadAllBytes(file);
            int start = 8 + checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8..start));
            foreach (JsonProperty entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name != "__metadata__") entries[entry.Name] = (entry.Value.Clone(), bytes, start);
            }
        }
    }

    /// <summary>Inputs, outputs and derivatives of single ops, of all families.</summary>
    public static Fixture Ops { get; } = new("ops");

    /// <summary>Data, weights and losses of networks, of all families.</summary>
    public static Fixture Networks { get; } = new("networks");

    public IEnumerable<string> Names => entries.Keys;

    public bool Has(string name) => entries.ContainsKey(name);

    public Tensor this[string name]
    {
        get
        {
            if (!entries.TryGetValue(name, out var found))
                throw new KeyNotFoundException($"The fixture has no value {name}. Run make_torch_fixtures.py.");
            var (entry, bytes, start) = found;
            JsonElement offsets = entry.GetProperty("data_offsets");
            ReadOnlySpan<byte> data = bytes.AsSpan((start + offsets[0].GetInt32())..(start + offsets[1].GetInt32()));
            Shape shape = [.. entry.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt32())];
            return entry.GetProperty("dtype").GetString() switch
            {
                "F32" => Tensor.From(MemoryMarshal.Cast<byte, float>(data), shape),
                "F64" => Tensor.From(MemoryMarshal.Cast<byte, double>(data), shape),
                "I32" => Tensor.From(MemoryMarshal.Cast<byte, int>(data), shape),
                "I64" => Tensor.From(MemoryMarshal.Cast<byte, long>(data), shape),
                "BOOL" => Tensor.From(MemoryMarshal.Cast<byte, bool>(data), shape),
                var other => throw new NotSupportedException($"{name} holds {other}."),
            };
        }
    }

    /// <summary>The values of a network whose names start with a prefix, in the order of the file, under the rest of their names.</summary>
    public Dictionary<string, Tensor> Under(string prefix) =>
        entries.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(name => name[prefix.Length..], name => this[name]);

    /// <summary>
    /// Asserts one shape and dtype, and values within <paramref name="tolerance"/> relative to max(1, |expected|); integers and masks exactly.
    /// </summary>
    public static void AssertClose(Tensor actual, Tensor expected, string what, double tolerance = 1e-5)
    {
        Assert.That(actual.DType, Is.EqualTo(expected.DType), $"{what}: dtype");
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape), $"{what}: shape");
        double[] found = actual.To(DType.F64).Read<double>(), wanted = expected.To(DType.F64).Read<double>();
        double allowed = expected.DType.IsFloat() ? tolerance : 0;
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < wanted.Length; i++)
            {
                if (found[i].Equals(wanted[i])) continue;
                double error = Math.Abs(found[i] - wanted[i]) / Math.Max(1, Math.Abs(wanted[i]));

                // Not "error > allowed", which a NaN would pass.
                if (!(error <= allowed)) Assert.Fail($"{what}[{i}] is {found[i]:r}, PyTorch has {wanted[i]:r}: an error of {error:g2}.");
            }
        }
    }
}
