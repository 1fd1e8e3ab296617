namespace Adjoint;

/// <summary>
/// The derivative D(t) = r·(t - [mean t] - y·mean(t·y)) of a norm y = r·(x - [mean x]) with r = 1/√(mean square + ε), in both directions since the Jacobian is symmetric;
/// centred norms have the terms in brackets. The second derivatives follow from dy = D(dx) and dr = -r²·mean(y·dx).
/// </summary>
public abstract record NormDerivative(double Epsilon) : RowDerivative
{
    /// <summary>D(t) at x.</summary>
    private protected abstract Tensor Apply(Tensor t, Tensor x);

    /// <summary>y at x.</summary>
    private protected abstract Tensor Norm(Tensor x);

    /// <summary>r at x, one a row.</summary>
    private protected abstract Tensor Scale(Tensor x);

    /// <summary>mean(a·b), without the product of the means where the norm is centred.</summary>
    private protected abstract Tensor Covariance(Tensor a, Tensor b);

    public override void Vjp(VjpRule rule)
    {
        if (rule.Needs(0)) rule.Give(0, Apply(rule.Cotangent, rule.Y));
        if (rule.Needs(1)) rule.Give(1, AlongPoint(rule.Cotangent, rule.X, rule.Y));
    }

    /// <summary>The cotangent of x of Σ c·D(t): -r²·y·(cov(c, t) - mean(c·y)·mean(t·y)) - r·(mean(t·y)·D(c) + mean(c·y)·D(t)).</summary>
    internal Tensor AlongPoint(Tensor c, Tensor t, Tensor x)
    {
        Tensor y = Norm(x), r = Scale(x), byC = Mean(c * y), byT = Mean(t * y);
        Tensor spread = Covariance(c, t) - (byC * byT);
        return -(r * ((r * y * spread) + (byT * Apply(c, x)) + (byC * Apply(t, x))));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(0) is { } t ? Apply(t, rule.Y) : null;
        if (rule.Tangent(1) is not { } x) return sum;
        Tensor part = AlongTangent(rule.X, rule.Y, x);
        return sum is null ? part : sum + part;
    }

    /// <summary>The tangent of D(t) along a tangent of x: -r·(mean(y·dx)·D(t) + mean(t·y)·D(dx) + mean(t·D(dx))·y).</summary>
    internal Tensor AlongTangent(Tensor t, Tensor x, Tensor tangent)
    {
        Tensor y = Norm(x), moved = Apply(tangent, x);
        return -(Scale(x) * ((Mean(y * tangent) * Apply(t, x)) + (Mean(t * y) * moved) + (Mean(t * moved) * y)));
    }

    private protected static Tensor Mean(Tensor x) => x.Mean(-1, keepAxes: true);
}
