using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Ten steps of Adam on a small message-passing network with attention over the edges of a node, against PyTorch, run op by op and replayed from a plan that sorts each step's edges anew.</summary>
[TestFixture]
public static class TorchOrderNetworkTests
{
    const int Nodes = 7, Edges = 24;

    [Test]
    public static void Message_passing_with_segment_softmax_follows_torch([Values] bool planned)
    {
        var model = new MessagePassing();
        TorchTraining.Follow("message_passing", new Adam(TorchTraining.Load("message_passing", model), 1e-2), planned, model.Loss);
    }

    sealed class MessagePassing : Module
    {
        readonly Linear embed, head;
        readonly Linear[] messages, scores;

        public MessagePassing()
        {
            embed = Child("embed", new Linear(5, 8));
            messages = [Child("message0", new Linear(8, 8)), Child("message1", new Linear(8, 8))];
            scores = [Child("score0", new Linear(16, 2)), Child("score1", new Linear(16, 2))];
            head = Child("head", new Linear(8, 1));
        }

        public Tensor Loss(Dictionary<string, Tensor> batch)
        {
            SegmentIndex source = SegmentIndex.From(batch["source"], Nodes), target = SegmentIndex.From(batch["target"], Nodes), graph = SegmentIndex.From(batch["graph"], 2);
            Tensor h = embed.Forward(batch["x"]).Tanh();
            for (int i = 0; i < 2; i++)
            {
                Tensor pair = TensorMath.Concat([h.SegmentGather(source), h.SegmentGather(target)], 1);
                Tensor attention = scores[i].Forward(pair).LeakyRelu(0.2).SegmentSoftmax(target);
                Tensor message = messages[i].Forward(h).SegmentGather(source).Reshape(Edges, 2, 4) * attention.Unsqueeze(-1);
                h = (h + message.Reshape(Edges, 8).SegmentSum(target)).Tanh();
            }

            return (head.Forward(h.SegmentMean(graph)).Squeeze(1) - batch["y"]).Square().Mean();
        }
    }
}
