namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Sequence => new()
    {
        ["attention_plain"] = x => x[0].ScaledDotProductAttention(x[1], x[2], memory: AttentionMemory.Quadratic),
        ["attention_linear"] = x => x[0].ScaledDotProductAttention(x[1], x[2], memory: AttentionMemory.Linear),
        ["attention_causal"] = x => x[0].ScaledDotProductAttention(x[1], x[2], causal: true, memory: AttentionMemory.Quadratic),
        ["attention_causal_linear"] = x => x[0].ScaledDotProductAttention(x[1], x[2], causal: true, memory: AttentionMemory.Linear),
        ["attention_mask"] = x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], memory: AttentionMemory.Quadratic),
        ["attention_mask_linear"] = x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], memory: AttentionMemory.Linear),
        ["attention_bias"] = x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], memory: AttentionMemory.Quadratic),
        ["attention_bias_linear"] = x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], memory: AttentionMemory.Linear),
        ["attention_scale"] = x => x[0].ScaledDotProductAttention(x[1], x[2], scale: 0.3),
        ["multi_head_self"] = x => Heads(x[0], x[0], x[1..], null),
        ["multi_head_cross"] = x => Heads(x[0], x[1], x[2..], null),
        ["multi_head_causal"] = x => Heads(x[0], x[0], x[1..], Tensor.From(new[] { true, false, false, true, true, false, true, true, true }, [3, 3])),
        ["bce_logits"] = x => Losses.BinaryCrossEntropyWithLogits(x[0], x[1]),
        ["bce_logits_weights"] = x => Losses.BinaryCrossEntropyWithLogits(x[0], x[1], x[2].Detach(), x[3].Detach()),
        ["bce_logits_known"] = x => Losses.BinaryCrossEntropyWithLogits(x[0], x[1], known: x[2]),
        ["cross_entropy_weights"] = x => Losses.CrossEntropy(x[0], x[1], x[2].Detach()),
        ["cross_entropy_smooth"] = x => Losses.CrossEntropy(x[0], x[1], smoothing: 0.1),
        ["cross_entropy_ignored"] = x => Losses.CrossEntropy(x[0], x[1], ignored: 3),
        ["cross_entropy_all"] = x => Losses.CrossEntropy(x[0], x[1], x[2].Detach(), 0.2, 1),
        ["huber_loss"] = x => Losses.Huber(x[0], x[1], 0.7),
        ["smooth_l1"] = x => Losses.SmoothL1(x[0], x[1], 0.7),
        ["cosine_similarity"] = x => Losses.CosineSimilarity(x[0], x[1]),
        ["cosine_similarity_axis"] = x => Losses.CosineSimilarity(x[0], x[1], 0),
        ["cosine_embedding"] = x => Losses.CosineEmbedding(x[0], x[1], x[2], 0.1),
        ["gaussian_nll"] = x => Losses.GaussianNegativeLogLikelihood(x[0], x[1], x[2]),
        ["gaussian_divergence"] = x => Losses.GaussianDivergence(x[0], x[1], x[2], x[3]),
        ["gaussian_divergence_standard"] = x => Losses.GaussianDivergence(x[0], x[1]),
        ["mixture_density"] = x => Losses.MixtureNegativeLogLikelihood(x[0], x[1], x[2], x[3]),
        ["mixture_density_scalar"] = x => Losses.MixtureNegativeLogLikelihood(x[0], x[1], x[2], x[3]),
        ["hinge"] = x => Losses.Hinge(x[0], x[1]),
        ["gru"] = x => Gated(x, 3),
        ["lstm"] = x => Gated(x, 4),
    };

    // The layer's own path, with weights that are inputs of the case: two heads of width 2.
    static Tensor Heads(Tensor queries, Tensor others, Tensor[] weights, Tensor? mask)
    {
        Tensor Part(Tensor x, int part) => Split(x.MatMul(weights[0].Slice(0, 4 * part, 4 * (part + 1)).Transpose()) + weights[1].Slice(0, 4 * part, 4 * (part + 1)));
        static Tensor Split(Tensor x) => x.Reshape([.. x.Shape[..^1], 2, 2]).Transpose(-3, -2);
        Tensor joined = Part(queries, 0).ScaledDotProductAttention(Part(others, 1), Part(others, 2), mask).Transpose(-3, -2);
        return joined.Reshape([.. joined.Shape[..^2], 4]).MatMul(weights[2].Transpose()) + weights[3];
    }

    // The recurrences with weights that are inputs of the case, three hidden numbers.
    static Tensor Gated(Tensor[] x, int gates)
    {
        Tensor state = Tensor.Zeros([x[0].Shape[0], 3]), memory = state;
        var all = new Tensor[x[0].Shape[1]];
        for (int step = 0; step < all.Length; step++)
        {
            Tensor input = x[0].At(1, step).MatMul(x[1].Transpose()) + x[3], past = state.MatMul(x[2].Transpose()) + x[4];
            Tensor In(int i) => input.Slice(1, 3 * i, 3 * (i + 1));
            Tensor Past(int i) => past.Slice(1, 3 * i, 3 * (i + 1));
            if (gates == 3)
            {
                Tensor update = (In(1) + Past(1)).Sigmoid();
                state = ((1 - update) * (In(2) + ((In(0) + Past(0)).Sigmoid() * Past(2))).Tanh()) + (update * state);
            }
            else
            {
                memory = ((In(1) + Past(1)).Sigmoid() * memory) + ((In(0) + Past(0)).Sigmoid() * (In(2) + Past(2)).Tanh());
                state = (In(3) + Past(3)).Sigmoid() * memory.Tanh();
            }

            all[step] = state;
        }

        return TensorMath.Stack(all, 1);
    }
}
