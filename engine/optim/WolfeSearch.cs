namespace Adjoint;

/// <summary>
/// A line search for the strong Wolfe conditions (Nocedal, Wright 2006, algorithms 3.5 and 3.6), with cubic interpolation and the safeguards of PyTorch's: f(t) ≤ f(0) + c₁·t·f'(0) and
/// |f'(t)| ≤ c₂·|f'(0)| for f along a direction.
/// </summary>
sealed class WolfeSearch
{
    const double Decrease = 1e-4, Curvature = 0.9;
    const int MostTrials = 25;

    readonly Func<double, (double Loss, Tensor Slope)> evaluate;
    readonly Tensor direction;
    readonly Point origin;
    readonly double tolerance;

    public WolfeSearch(Func<double, (double Loss, Tensor Slope)> evaluate, Tensor direction, double loss, Tensor slope, double along, double tolerance)
    {
        this.evaluate = evaluate;
        this.direction = direction;
        this.tolerance = tolerance;
        origin = new Point(0, loss, slope, along);
    }

    /// <summary>A length, the loss there and its gradient.</summary>
    /// <param name="length">What to try first.</param>
    /// <param name="largest">The largest component of the direction.</param>
    public (double Length, double Loss, Tensor Slope) Run(double length, double largest)
    {
        Point before = origin, now = At(length);
        int trials = 0;
        while (true)
        {
            if (trials == MostTrials)
            {
                before = origin;
                break;
            }

            if (IsTooHigh(now) || (trials > 1 && now.Loss >= before.Loss)) break;
            if (IsFlat(now)) return now.Result;
            if (now.Along >= 0) break;
            double next = Cubic(before, now, now.Length + (0.01 * (now.Length - before.Length)), now.Length * 10);
            before = now;
            now = At(next);
            trials++;
        }

        return Zoom(before, now, trials, largest);
    }

    // Narrows an interval that holds a point that is good enough; low is the end with the lower loss.
    (double Length, double Loss, Tensor Slope) Zoom(Point first, Point second, int trials, double largest)
    {
        Point low = first.Loss <= second.Loss ? first : second, high = first.Loss <= second.Loss ? second : first;
        bool wasNearEnd = false;
        for (; trials < MostTrials; trials++)
        {
            double left = Math.Min(low.Length, high.Length), right = Math.Max(low.Length, high.Length);
            if ((right - left) * largest < tolerance) break;
            double length = Cubic(low, high, left, right), margin = 0.1 * (right - left);
            bool isNearEnd = Math.Min(right - length, length - left) < margin;
            if (isNearEnd && (wasNearEnd || length >= right || length <= left))
            {
                length = Math.Abs(length - right) < Math.Abs(length - left) ? right - margin : left + margin;
                isNearEnd = false;
            }

            wasNearEnd = isNearEnd;
            Point now = At(length);
            if (IsTooHigh(now) || now.Loss >= low.Loss)
            {
                Point kept = low;
                high = now;
                if (high.Loss < kept.Loss) (low, high) = (now, kept);
            }
            else
            {
                if (IsFlat(now)) return now.Result;
                if (now.Along * (high.Length - low.Length) >= 0) high = low;
                low = now;
            }
        }

        return low.Result;
    }

    // In f32 the bound is rounded as losses are: a fall below their precision must not count as a rise.
    bool IsTooHigh(Point point)
    {
        double bound = origin.Loss + (Decrease * point.Length * origin.Along);
        return point.Loss > (direction.DType == DType.F32 ? (float)bound : bound);
    }

    bool IsFlat(Point point) => Math.Abs(point.Along) <= -Curvature * origin.Along;

    Point At(double length)
    {
        var (loss, slope) = evaluate(length);
        return new Point(length, loss, slope, LBfgs.Dot(slope, direction));
    }

    // The minimum of the cubic through two points and their slopes, within bounds; their middle where there is none (equation 3.59).
    static double Cubic(Point a, Point b, double least, double most)
    {
        if (a.Length > b.Length) (a, b) = (b, a);
        double sum = a.Along + b.Along - (3 * (a.Loss - b.Loss) / (a.Length - b.Length)), square = (sum * sum) - (a.Along * b.Along);
        if (!(square >= 0)) return (least + most) / 2;
        double root = Math.Sqrt(square);
        return Math.Clamp(b.Length - ((b.Length - a.Length) * ((b.Along + root - sum) / (b.Along - a.Along + (2 * root)))), least, most);
    }

    /// <summary>A length along the direction, with the loss there, its gradient, and its slope along the direction.</summary>
    readonly record struct Point(double Length, double Loss, Tensor Slope, double Along)
    {
        public (double, double, Tensor) Result => (Length, Loss, Slope);
    }
}
