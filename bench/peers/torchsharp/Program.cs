// The cases of `bench ops` in TorchSharp, under the same names: one JSON object a line. Argument: the number of threads.
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

const int Count = 1 << 15;
const double SecondsPerCase = 0.12;
int threads = args.Length > 0 ? int.Parse(args[^1], CultureInfo.InvariantCulture) : 1;
set_num_threads(threads);
random.manual_seed(0);

Tensor Data(params long[] shape) => rand(shape) + 0.1;

void Measure(string name, Action call, int calls = 1)
{
    var clock = Stopwatch.StartNew();
    while (clock.Elapsed.TotalSeconds < SecondsPerCase / 4) call();
    var times = new List<double>();
    clock.Restart();
    while (clock.Elapsed.TotalSeconds < SecondsPerCase || times.Count < 5)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        times.Add((Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency);
    }

    times.Sort();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"op\":\"{name}\",\"threads\":{threads},\"ns\":{times[times.Count / 2] / calls:F1}}}"));
}

void Plain(string name, Func<Tensor> op)
{
    using var untracked = no_grad();
    Measure(name, () => op().Dispose());
}

if (threads == 1)
{
    const int Batch = 1000;
    using Tensor x = Data(16).requires_grad_(), y = Data(16);
    Measure("eager-add-16", () =>
    {
        for (int i = 0; i < Batch; i++) (x + y).Dispose();
    }, Batch);
}

Tensor a = Data(Count), b = Data(Count);
foreach (var (name, op) in new (string, Func<Tensor>)[]
{
    ("add", () => a + b), ("mul", () => a * b), ("relu", () => a.relu()), ("sqrt", () => a.sqrt()), ("exp", () => a.exp()), ("log", () => a.log()),
    ("tanh", () => a.tanh()), ("sigmoid", () => a.sigmoid()), ("gelu", () => nn.functional.gelu(a)), ("silu", () => nn.functional.silu(a)),
    ("sin", () => a.sin()), ("erf", () => a.erf()),
}) Plain(name, op);

foreach (int width in new[] { 10, 64, 512, 4096 })
{
    long rows = Count / width;
    Tensor targets = randint(0, width, new[] { rows });
    foreach (var (name, op) in new (string, Func<Tensor, Tensor>)[]
    {
        ("softmax", t => t.softmax(1)), ("log_softmax", t => t.log_softmax(1)), ("layer_norm", t => nn.functional.layer_norm(t, new long[] { width })),
        ("cross_entropy", t => nn.functional.cross_entropy(t, targets)),
    })
    {
        Tensor x = Data(rows, width), tracked = Data(rows, width).requires_grad_(), result = op(tracked), cotangent = rand_like(result);
        Plain($"{name}-{width}", () => op(x));
        Measure($"{name}-{width}-backward", () =>
        {
            foreach (Tensor gradient in autograd.grad([result], [tracked], [cotangent], retain_graph: true)) gradient.Dispose();
        });
    }
}

Tensor matrix = Data(256, 128);
Plain("sum-all", () => a.sum());
Plain("sum-rows", () => matrix.sum(1));
Plain("sum-columns", () => matrix.sum(0));
Plain("max-rows", () => matrix.amax([1]));
Plain("logsumexp-rows", () => matrix.logsumexp(1));
Plain("uniform", () => rand(Count));
Plain("normal", () => randn(Count));
foreach (var (rows, classes) in new[] { (256, 10), (64, 512) })
{
    Tensor logits = Data(rows, classes);
    Plain($"categorical-{classes}", () =>
    {
        using Tensor probabilities = logits.softmax(1);
        return probabilities.multinomial(1);
    });
}

foreach (var (batch, outputs, inputs) in new[] { (16, 256, 256), (100, 128, 64), (256, 64, 64) })
{
    Tensor x = Data(batch, inputs), w = Data(outputs, inputs), g = Data(batch, outputs), wt = w.t(), gt = g.t();
    Plain($"matmul-{batch}x{outputs}x{inputs}-nt", () => x.matmul(wt));
    Plain($"matmul-{batch}x{outputs}x{inputs}-nn", () => g.matmul(w));
    Plain($"matmul-{batch}x{outputs}x{inputs}-tn", () => gt.matmul(x));
}
