namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    // Batch and heads, queries, keys, depth, width: single ones, none, odd ones, and blocks that end ragged.
    static readonly (int[] Lead, int Queries, int Keys, int Depth, int Width, View View)[] attentionSizes =
    [
        ([1, 2], 3, 5, 4, 3, View.Dense),
        ([2, 2], 4, 4, 3, 2, View.Transposed),
        ([3], 1, 1, 1, 1, View.Dense),
        ([], 5, 3, 2, 7, View.Stepped),
        ([2, 1], 2, 7, 5, 1, View.Reversed),
        ([0, 2], 3, 2, 2, 2, View.Dense),
        ([1, 2], 130, 300, 20, 40, View.Dense),
    ];

    static IEnumerable<OpCase> Attentions()
    {
        foreach (var (lead, queries, keys, depth, width, view) in attentionSizes)
        {
            Input q = new([.. lead, queries, depth], view), k = new([.. lead, keys, depth], view), v = new([.. lead, keys, width], view), bias = new([queries, keys]);
            Input mask = new([.. lead, queries, keys], View.Dense, Numbers.Bool) { Low = 0, High = 2 }, ofKeys = new([1, keys]);
            bool large = queries > 100;
            int[] result = [.. lead, queries, width];
            OpCase Forward(string label, Input[] inputs, Func<Tensor[], Tensor> call, bool causal) =>
                new(typeof(Attention), label, inputs, call, x => Attended(x, causal, 0.7)) { IsLarge = large, Tolerance64 = 1e-13, Tolerance32 = 1e-5 };
            yield return Forward("", [q, k, v], x => x[0].ScaledDotProductAttention(x[1], x[2], scale: 0.7, memory: AttentionMemory.Linear), false);
            yield return Forward("causal", [q, k, v], x => x[0].ScaledDotProductAttention(x[1], x[2], null, true, 0.7, AttentionMemory.Linear), true);
            yield return Forward("biased", [q, k, v, bias], x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], false, 0.7, AttentionMemory.Linear), false);
            if (lead.Length == 2)
            {
                yield return Forward("masked", [q, k, v, mask], x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], true, 0.7, AttentionMemory.Linear), true);
                yield return Forward("biased by key", [q, k, v, ofKeys], x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], true, 0.7, AttentionMemory.Linear), true);
            }

            if (lead.Length != 2 || lead[0] == 0) continue;
            Input t = new(result);
            foreach (int part in (int[])[0, 1, 2])
            {
                bool causal = part != 1;
                yield return new OpCase(typeof(AttentionDerivative), $"part {part}", [t, q with { View = View.Dense }, k with { View = View.Dense }, v with { View = View.Dense }], x =>
                {
                    Tensor[] forward = Dispatch.RunMany(new Attention(causal, 0.7), x[1], x[2], x[3]);
                    Tensor dots = (x[0].Detach() * forward[0].Detach()).Sum(-1);
                    return Dispatch.RunMany(new AttentionDerivative(causal, 0.7), x[0], x[1], x[2], x[3], forward[1].Detach(), dots)[part];
                }, x => AttentionCotangent(x, causal, 0.7, part))
                { IsLarge = large, Tolerance64 = 1e-12, Tolerance32 = 1e-4 };
            }
        }
    }

    // Weights of one query: none for a query that sees no key.
    static double[] AttentionWeights(Values q, Values k, Values? mask, int[] row, bool causal, double scale)
    {
        int[] lead = row[..^1];
        int keys = k.Shape[^2], depth = k.Shape[^1], query = row[^1];
        var scores = new double[keys];
        for (int key = 0; key < keys; key++)
        {
            double sum = 0;
            for (int i = 0; i < depth; i++) sum += q[[.. row, i]] * k[[.. lead, key, i]];
            scores[key] = causal && key > query ? double.NegativeInfinity : sum * scale;
            if (mask is null) continue;

            // A mask of all leading axes is one of ones and zeros.
            double number = mask.Stretched([.. lead, query, key]);
            scores[key] = mask.Rank > 2 ? number != 0 ? scores[key] : double.NegativeInfinity : scores[key] + number;
        }

        double largest = scores.Max();
        double[] powers = Array.ConvertAll(scores, score => double.IsInfinity(largest) ? 0 : Math.Exp(score - largest));
        double total = powers.Sum();
        return total == 0 ? powers : Array.ConvertAll(powers, power => power / total);
    }

    static Values Attended(Values[] x, bool causal, double scale)
    {
        int[] shape = [.. x[0].Shape[..^1], x[2].Shape[^1]];
        var rows = new Dictionary<int, double[]>();
        return Values.Build(shape, index =>
        {
            int[] row = index[..^1];
            int at = x[0].Position([.. row, 0]);
            if (!rows.TryGetValue(at, out double[]? weights)) rows[at] = weights = AttentionWeights(x[0], x[1], x.Length > 3 ? x[3] : null, row, causal, scale);
            double sum = 0;
            for (int key = 0; key < weights.Length; key++) sum += weights[key] * x[2][[.. row[..^1], key, index[^1]]];
            return sum;
        });
    }

    static Values AttentionCotangent(Values[] x, bool causal, double scale, int part)
    {
        Values t = x[0], q = x[1], k = x[2], v = x[3];
        var gradient = new Values(x[part + 1].Shape, new double[x[part + 1].Data.Length]);
        for (int at = 0; at < q.Data.Length; at += q.Shape[^1])
        {
            int[] row = Values.Index(q.Shape, at)[..^1], lead = row[..^1];
            double[] weights = AttentionWeights(q, k, null, row, causal, scale), products = new double[weights.Length];
            for (int key = 0; key < weights.Length; key++)
            {
                for (int i = 0; i < v.Shape[^1]; i++) products[key] += t[[.. row, i]] * v[[.. lead, key, i]];
            }

            double mean = Dot(weights, products);
            for (int key = 0; key < weights.Length; key++)
            {
                double slope = weights[key] * (products[key] - mean) * scale;
                for (int i = 0; part < 2 && i < q.Shape[^1]; i++)
                {
                    int[] target = part == 0 ? [.. row, i] : [.. lead, key, i];
                    gradient.Data[gradient.Position(target)] += slope * (part == 0 ? k[[.. lead, key, i]] : q[[.. row, i]]);
                }

                for (int i = 0; part == 2 && i < v.Shape[^1]; i++) gradient.Data[gradient.Position([.. lead, key, i])] += weights[key] * t[[.. row, i]];
            }
        }

        return gradient;
    }
}
