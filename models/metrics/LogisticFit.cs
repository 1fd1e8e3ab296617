namespace Adjoint.Models;

/// <summary>
/// Multinomial logistic regression: the weights W and constants b that minimise ½ λ |W|² + Σ_i (log Σ_c e^(z_ic) - z_i,y_i), z = X W + b. Newton's method with conjugate gradients for the step
/// and a line search: no Hessian is formed, and products with it cost as much as gradients (Nash 1984; Lin, Weng, Keerthi 2008). λ = 1/C of libraries that weight the losses by C.
/// </summary>
public sealed class LogisticFit
{
    /// <summary>Fits weights.</summary>
    /// <param name="design">Rows [n, features].</param>
    /// <param name="classes">The class of each row, from 0.</param>
    /// <param name="count">Number of classes, at least 2.</param>
    /// <param name="penalty">λ on the weights, not on the constants; above 0, since separable classes have no finite optimum without.</param>
    /// <param name="tolerance">The fit ends when the largest entry of the gradient, through the number of rows, is not above this.</param>
    /// <param name="maximumSteps">Bound on Newton steps.</param>
    /// <exception cref="ShapeException">Not a matrix, or not one class for each row.</exception>
    /// <exception cref="SettingException">A class or a setting is outside its range.</exception>
    public LogisticFit(Tensor design, ReadOnlySpan<int> classes, int count, double penalty = 1, double tolerance = 1e-9, int maximumSteps = 100)
    {
        using var pause = Autodiff.Pause();
        Tensor rows = MetricChecks.Rows("LogisticFit", "the design", design);
        int n = rows.Shape[0], d = rows.Shape[1];
        if (classes.Length != n) throw new ShapeException($"LogisticFit: {classes.Length} classes for the design {design.Shape}. Pass one class for each row.");
        MetricChecks.Classes("LogisticFit", "the sample", classes, Check.AtLeast(count, 2, "The number of classes"));
        Check.InRange(penalty, double.Epsilon, double.MaxValue, "The penalty");
        Check.InRange(tolerance, 0, 1, "The tolerance");
        Check.AtLeast(maximumSteps, 1, "The bound on steps");

        // The constant is a last column of ones, whose weights the penalty leaves free.
        Tensor x = TensorMath.Concat([rows, Tensor.Ones([n, 1], DType.F64)], 1), transposed = x.Transpose().Contiguous();
        Tensor targets = Tensor.From<int>(classes, [n]).To(DType.I64).OneHot(count, DType.F64);
        Tensor penalties = TensorMath.Concat([Tensor.Full([d, 1], penalty, DType.F64), Tensor.Zeros([1, 1], DType.F64)], 0);
        Tensor weights = Tensor.Zeros([d + 1, count], DType.F64);
        while (Steps < maximumSteps)
        {
            using var step = Step.Begin();
            Tensor logits = x.MatMul(weights), shares = logits.Softmax();
            Tensor gradient = transposed.MatMul(shares - targets) + (penalties * weights);
            GradientSize = gradient.Abs().Max().Item() / n;
            if (GradientSize <= tolerance) break;
            Tensor direction = Direction(gradient, v =>
            {
                Tensor change = x.MatMul(v) * shares;
                return transposed.MatMul(change - (shares * change.Sum(1, keepAxes: true))) + (penalties * v);
            });
            Tensor? moved = Search(weights, direction, gradient, w => Objective(x.MatMul(w), targets, penalties, w));
            if (moved is null) break;
            weights = moved.Keep();
            Steps++;
        }

        Weights = weights.Slice(0, 0, d).Clone();
        Intercept = weights.At(0, d).Clone();
    }

    /// <summary>Weights [features, classes]; over classes they sum to 0.</summary>
    public Tensor Weights { get; }

    /// <summary>Constants [classes].</summary>
    public Tensor Intercept { get; }

    /// <summary>Newton steps taken.</summary>
    public int Steps { get; }

    /// <summary>Largest entry of the gradient at the end, through the number of rows.</summary>
    public double GradientSize { get; }

    /// <summary>Logits [m, classes] for rows [m, features].</summary>
    public Tensor Logits(Tensor design) => MetricChecks.Rows("LogisticFit.Logits", "the design", design).MatMul(Weights) + Intercept;

    /// <summary>Probabilities [m, classes].</summary>
    public Tensor Probabilities(Tensor design) => Logits(design).Softmax();

    /// <summary>The likeliest class of each row.</summary>
    public int[] Predict(Tensor design) => Array.ConvertAll(Logits(design).ArgMax(1).Read<long>(), static c => (int)c);

    static double Objective(Tensor logits, Tensor targets, Tensor penalties, Tensor weights) =>
        (logits.LogSumExp(1).Sum() - (logits * targets).Sum() + ((penalties * weights.Square()).Sum() * 0.5)).Item();

    // Conjugate gradients on H s = -g, more exact as the gradient falls, so that the last steps converge faster than linearly. The Hessian does not see a common shift of all
    // classes; the gradient has none, so neither have the iterates.
    static Tensor Direction(Tensor gradient, Func<Tensor, Tensor> product)
    {
        Tensor solution = gradient.ZerosLike(), residual = -gradient, direction = residual;
        double size = residual.Square().Sum().Item(), goal = size * Math.Pow(Math.Min(0.1, Math.Sqrt(size) * 1e-2), 2);
        for (int i = 0; i < 10 * gradient.Count && size > goal; i++)
        {
            Tensor image = product(direction);
            double curvature = (direction * image).Sum().Item();
            if (curvature <= 0) break;
            double length = size / curvature;
            solution += direction * length;
            residual -= image * length;
            double next = residual.Square().Sum().Item();
            direction = residual + (direction * (next / size));
            size = next;
        }

        return solution;
    }

    // Halves the step until the objective falls by a share of what the gradient promises (Armijo 1966); null when rounding hides any fall.
    static Tensor? Search(Tensor weights, Tensor direction, Tensor gradient, Func<Tensor, double> objective)
    {
        double start = objective(weights), slope = (gradient * direction).Sum().Item();
        for (double length = 1; length > 1e-12; length *= 0.5)
        {
            Tensor moved = weights + (direction * length);
            if (objective(moved) <= start + (1e-4 * length * slope) + (Math.Abs(start) * 1e-15)) return moved;
        }

        return null;
    }
}
