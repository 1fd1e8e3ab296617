using System.Text.Json;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>A group of numbers made by other libraries, from tests/fixtures/statistics.</summary>
sealed class StatisticsFixture
{
    static readonly Dictionary<string, JsonElement> Files = [];

    readonly JsonElement group;

    StatisticsFixture(JsonElement group) => this.group = group;

    public static StatisticsFixture Of(string name, string file = "statistics.json")
    {
        lock (Files)
        {
            if (!Files.TryGetValue(file, out JsonElement root))
            {
                string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "fixtures", "statistics", file);
                root = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path));
                Files[file] = root;
            }

            return new StatisticsFixture(root.GetProperty(name));
        }
    }

    public double Number(string name) => group.GetProperty(name).GetDouble();

    public double[] Numbers(string name) => Flatten(group.GetProperty(name));

    public int[] Classes(string name) => Array.ConvertAll(Numbers(name), static value => (int)value);

    public bool[] Labels(string name) => Array.ConvertAll(Numbers(name), static value => value != 0);

    public Tensor Matrix(string name)
    {
        JsonElement rows = group.GetProperty(name);
        return Tensor.From<double>(Flatten(rows), [rows.GetArrayLength(), rows[0].GetArrayLength()]);
    }

    public Tensor Vector(string name) => Tensor.From<double>(Numbers(name));

    static double[] Flatten(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flatten)] : [element.GetDouble()];
}
