namespace Adjoint;

/// <summary>Derivatives of functions: each transform takes a function of tensors and can be applied to the result of another.</summary>
public static partial class Autodiff
{
    /// <summary>Runs ops without remembering them: for evaluation and sampling. Ends with the <c>using</c>.</summary>
    public static IDisposable Pause() => Tape.Recording(false);

    /// <summary>The function x ↦ ∂f(x)/∂x for a scalar f.</summary>
    public static Func<Tensor, Tensor> Grad(Func<Tensor, Tensor> f) => x =>
    {
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable();
        return Gradient(f(variable), variable, keepGraph: outer);
    };

    /// <summary>f(x), and the pull-back of a cotangent through f at x.</summary>
    public static (Tensor Value, Tensor Pulled) Vjp(Func<Tensor, Tensor> f, Tensor x, Tensor cotangent)
    {
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable();
        Tensor value = f(variable);
        return (value, Vjp([value], [variable], [cotangent], outer)[0]);
    }

    /// <summary>f(x), and the push-forward of a tangent through f at x.</summary>
    public static (Tensor Value, Tensor Pushed) Jvp(Func<Tensor, Tensor> f, Tensor x, Tensor tangent)
    {
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable();
        Tensor value = f(variable);
        return (value, Jvp([value], [variable], [tangent], outer)[0]);
    }

    /// <summary>Hessian of a scalar f at x times a vector of x's shape, by forward over reverse; the Hessian itself is never formed.</summary>
    public static Tensor HessianVector(Func<Tensor, Tensor> f, Tensor x, Tensor vector) => Jvp(Grad(f), x, vector).Pushed;

    /// <summary>Jacobian of f at x, of shape [f's shape…, x's shape…]: one reverse walk for each element of f, or one forward walk for each of x where those are fewer.</summary>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable();
        Tensor value = f(variable);
        if (value.Count == 0 || x.Count == 0) return Tensor.Zeros([.. value.Shape, .. x.Shape], x.DType, x.Device);
        bool isForward = x.Count < value.Count;
        Tensor basis = Tensor.Eye(isForward ? x.Count : value.Count, value.DType, value.Device);
        var lines = new Tensor[basis.Shape[0]];
        for (int i = 0; i < lines.Length; i++)
        {
            Tensor direction = basis.Slice(0, i, i + 1).Reshape(isForward ? x.Shape : value.Shape);
            lines[i] = isForward ? Jvp([value], [variable], [direction], outer)[0] : Vjp([value], [variable], [direction], outer)[0];
        }

        using var rest = Tape.Recording(outer);
        Shape shape = [.. value.Shape, .. x.Shape];
        return isForward ? TensorMath.Stack(lines, -1).Reshape(shape) : TensorMath.Stack(lines, 0).Reshape(shape);
    }

    /// <summary>Hessian of a scalar f at x, of shape [x's shape…, x's shape…].</summary>
    public static Tensor Hessian(Func<Tensor, Tensor> f, Tensor x) => Jacobian(Grad(f), x);

    /// <summary>
    /// Jacobians of a function that treats the rows of its argument separately: f maps [batch, n] to [batch, m]; the result is
    /// [batch, m, n], from m reverse walks whatever the batch.
    /// </summary>
    /// <exception cref="ShapeException">The value does not have the shape [batch, m].</exception>
    public static Tensor PerSampleJacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable();
        Tensor value = f(variable);
        if (value.Rank != 2 || x.Rank != 2 || value.Shape[0] != x.Shape[0])
            throw new ShapeException($"PerSampleJacobian: f maps {x.Shape} to {value.Shape}, not [batch, n] to [batch, m]. Flatten the samples.");
        int outputs = value.Shape[1];
        if (outputs == 0) return Tensor.Zeros([x.Shape[0], 0, x.Shape[1]], x.DType, x.Device);
        Tensor basis = Tensor.Eye(outputs, value.DType, value.Device);
        var rows = new Tensor[outputs];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Vjp([value], [variable], [basis.Slice(0, i, i + 1).Expand(value.Shape).Contiguous()], outer)[0];
        return TensorMath.Stack(rows, 1);
    }
}
