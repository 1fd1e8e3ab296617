namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly (int[] Shape, View View, int Axis)[] rows =
    [
        ([1], View.Dense, -1),
        ([7], View.Dense, 0),
        ([3, 37], View.Dense, -1),
        ([5, 9], View.Transposed, -1),
        ([5, 9], View.Transposed, 0),
        ([2, 3, 5], View.Stepped, 1),
        ([3, 8], View.Expanded, 0),
        ([4, 1], View.Dense, 1),
        ([2, 19], View.Offset, -1),
        ([0, 4], View.Dense, -1),
        ([300, 131], View.Dense, -1),
        ([9, 2100], View.Dense, -1),
    ];

    static double LogSum(double[] line)
    {
        double max = line.Max();
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(line.Sum(x => Math.Exp(x - max)));
    }

    static double[] Weights(double[] line)
    {
        double max = line.Max(), sum = line.Sum(x => Math.Exp(x - max));
        return Array.ConvertAll(line, x => Math.Exp(x - max) / sum);
    }

    static double[] Logarithms(double[] line)
    {
        double max = line.Max(), log = Math.Log(line.Sum(x => Math.Exp(x - max)));
        return Array.ConvertAll(line, x => x - max - log);
    }

    static double[] Standard(double[] line, double epsilon, bool center)
    {
        double mean = center ? line.Average() : 0;
        double scale = 1 / Math.Sqrt((line.Sum(x => (x - mean) * (x - mean)) / line.Length) + epsilon);
        return Array.ConvertAll(line, x => (x - mean) * scale);
    }

    static Values Losses(Values logits, Values targets)
    {
        Values logarithms = logits.Lines(1, Logarithms);
        return Values.Build(targets.Shape, index => -logarithms[index[0], (int)targets[index]]);
    }

    static IEnumerable<OpCase> Rowwise()
    {
        foreach (var (shape, view, axis) in rows)
        {
            var input = new Input(shape, view);
            OpCase Case(Type op, string label, Func<Tensor, Tensor> call, Func<Values, Values> reference) =>
                new(op, $"{label}along {axis}", [input], x => call(x[0]), x => reference(x[0]))
                { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 2e-14, Tolerance32 = 3e-6 };
            yield return Case(typeof(Softmax), "", x => x.Softmax(axis), x => x.Lines(axis, Weights));
            yield return Case(typeof(LogSoftmax), "", x => x.LogSoftmax(axis), x => x.Lines(axis, Logarithms));
            yield return Case(typeof(LogSumExp), "", x => x.LogSumExp(axis), x => x.Reduce([axis], false, LogSum));
            yield return Case(typeof(LogSumExp), "kept ", x => x.LogSumExp(axis, keepAxes: true), x => x.Reduce([axis], true, LogSum));
            if (axis != -1) continue;

            // A row of one number has no variance: a larger epsilon keeps its derivatives smooth.
            yield return Case(typeof(Standardize), "", x => x.LayerNorm(epsilon: 0.01), x => x.Lines(-1, line => Standard(line, 0.01, true)));
            yield return Case(typeof(RootMeanSquare), "", x => x.RmsNorm(epsilon: 0.01), x => x.Lines(-1, line => Standard(line, 0.01, false)));
        }

        yield return new OpCase(typeof(StandardizeAffine), "strided", [new([4, 6], View.Transposed), new([6], View.Reversed), new([6], View.Stepped)], x => x[0].LayerNorm(x[1], x[2]),
            x => Values.Zip(Values.Zip(x[0].Lines(-1, line => Standard(line, 1e-5, true)), x[1], (a, b) => a * b), x[2], (a, b) => a + b)) { Tolerance64 = 2e-14, Tolerance32 = 3e-6 };
        yield return new OpCase(typeof(Standardize), "scaled", [new([4, 6]), new([6])], x => x[0].LayerNorm(x[1]),
            x => Values.Zip(x[0].Lines(-1, line => Standard(line, 1e-5, true)), x[1], (a, b) => a * b)) { Tolerance64 = 2e-14, Tolerance32 = 3e-6 };
        yield return new OpCase(typeof(RootMeanSquare), "scaled", [new([2, 3, 6], View.Transposed), new([6], View.Reversed)], x => x[0].RmsNorm(x[1]),
            x => Values.Zip(x[0].Lines(-1, line => Standard(line, 1e-5, false)), x[1], (a, b) => a * b)) { Tolerance64 = 2e-14, Tolerance32 = 3e-6 };

        double infinite = double.NegativeInfinity;
        Input steep = new([3, 4]) { Fixed = [1000, 1001, -1000, 0, -5000, -5001, -5002, infinite, infinite, 3, infinite, infinite] };
        yield return new OpCase(typeof(Softmax), "steep", [steep], x => x[0].Softmax(), x => x[0].Lines(-1, Weights))
        { HasGradient = false };
        yield return new OpCase(typeof(LogSoftmax), "steep", [steep], x => x[0].LogSoftmax(), x => x[0].Lines(-1, Logarithms))
        { HasGradient = false };
        Input blocked = new([2, 3]) { Fixed = [infinite, infinite, infinite, 700, 701, 702] };
        yield return new OpCase(typeof(LogSumExp), "blocked", [blocked], x => x[0].LogSumExp(), x => x[0].Reduce([1], false, LogSum)) { HasGradient = false };

        yield return new OpCase(typeof(CrossEntropy), "steep", [steep, new([3], View.Dense, Numbers.Int64) { Fixed = [0, 1, 1] }], x => x[0].CrossEntropy(x[1]), x => Losses(x[0], x[1]))
        { HasGradient = false };

        (int[] Logits, View View, View Targets)[] classified =
        [
            ([1, 1], View.Dense, View.Dense),
            ([6, 5], View.Dense, View.Stepped),
            ([4, 17], View.Transposed, View.Dense),
            ([5, 3], View.Expanded, View.Reversed),
            ([0, 3], View.Dense, View.Dense),
            ([200, 130], View.Dense, View.Dense),
        ];
        foreach (var (shape, view, targets) in classified)
        {
            yield return new OpCase(typeof(CrossEntropy), "", [new(shape, view), new([shape[0]], targets, Numbers.Int64) { Low = 0, High = shape[1] }],
                x => x[0].CrossEntropy(x[1]),
                x => Losses(x[0], x[1]))
            { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 2e-14, Tolerance32 = 3e-6 };
        }
    }
}
