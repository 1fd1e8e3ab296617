namespace Adjoint;

/// <summary>Derivatives of many samples in one pass: an axis in front of samples or parameters, along which nothing is summed.</summary>
public static partial class Autodiff
{
    /// <summary>
    /// Jacobians of a function of rows, [batch, n] to [batch, m], as [batch, m, n], by one walk: the function runs on min(m, n) copies of the batch, each of which is pulled back along one
    /// result, or pushed along one argument where those are fewer. f must take any number of rows and capture nothing that has one entry a row; else use
    /// <see cref="PerSampleJacobian"/>, which walks m times over one batch.
    /// </summary>
    /// <exception cref="ShapeException">The value does not have the shape [rows, m].</exception>
    public static Tensor RowJacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        Require.Rank("RowJacobian", "the point", x, 2);
        bool outer = Tape.IsRecording;
        int batch = x.Shape[0], n = x.Shape[1], m = OutputsOf(f, x);
        if (batch == 0 || m == 0 || n == 0) return Tensor.Zeros([batch, m, n], x.DType, x.Device);
        int copies = Math.Min(m, n);
        using var recording = Tape.Recording(true);
        Tensor stacked = x.Unsqueeze(0).Expand([copies, batch, n]).Reshape([copies * batch, n]).Variable(), value = f(stacked);
        Tensor directions = Tensor.Eye(copies, x.DType, x.Device).Unsqueeze(1).Expand([copies, batch, copies]).Reshape([copies * batch, copies]);
        if (m <= n)
        {
            Tensor rows = Vjp([value], [stacked], [directions], outer)[0];
            using var rest = Tape.Recording(outer);
            return rows.Reshape([copies, batch, n]).Transpose(0, 1);
        }

        Tensor columns = Jvp([value], [stacked], [directions], outer)[0];
        using var others = Tape.Recording(outer);
        return columns.Reshape([copies, batch, m]).Permute(1, 2, 0);
    }

    // One row tells how many results there are.
    static int OutputsOf(Func<Tensor, Tensor> f, Tensor x)
    {
        using var pause = Pause();
        Tensor value = f(x.Shape[0] > 1 ? x.Slice(0, 0, 1) : x);
        if (value.Rank != 2 || value.Shape[0] != Math.Min(1, x.Shape[0]))
            throw new ShapeException($"RowJacobian: f maps [{Math.Min(1, x.Shape[0])}, {x.Shape[1]}] to {value.Shape}, not to [rows, m]. Flatten the samples.");
        return value.Shape[1];
    }

    /// <summary>
    /// The gradient of each sample's own loss, in one forward and one reverse pass: parameters get an axis of samples in front, along which products are batched, so that the gradients by them
    /// stay apart. For modules, see <see cref="Ensemble.PerSampleGradients"/>.
    /// </summary>
    /// <param name="losses">Losses [batch] from parameters that have an axis of samples in front, [batch, ...], and whatever it captures; sample i may look at entry i alone.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="parameters">What is differentiated by.</param>
    /// <returns>[batch, ...] for each parameter.</returns>
    /// <exception cref="ShapeException">There is not one loss a sample.</exception>
    public static Tensor[] PerSampleGradients(Func<Tensor[], Tensor> losses, int batch, params Tensor[] parameters)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(parameters);
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor[] copies = Array.ConvertAll(parameters, one => one.Unsqueeze(0).Expand([batch, .. one.Shape]).Variable());
        Tensor value = losses(copies);
        if (value.Count != batch) throw new ShapeException($"PerSampleGradients: the losses have shape {value.Shape}, not one for each of {batch} samples. Sum the rest.");
        return Vjp([value], copies, [value.OnesLike()], outer);
    }
}
