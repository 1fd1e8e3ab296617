namespace Adjoint.Models.DeepIv;

/// <summary>A product of Gaussian kernels exp(-d²/(2 v²)), one a column, each with the column's median distance between rows as its length v.</summary>
sealed class KernelColumns
{
    readonly Tensor inverseLengths;

    /// <summary>Takes lengths from rows [n, columns].</summary>
    public KernelColumns(Tensor rows)
    {
        var inverse = new double[rows.Shape[1]];
        for (int i = 0; i < inverse.Length; i++)
        {
            Tensor column = rows.Slice(1, i, i + 1);

            // An indicator that is mostly 0 has median distance 0; its deviation is a length then.
            double median = MedianDistance.Of(column), length = median > 0 ? median : column.Variance().Sqrt().Item();
            inverse[i] = 1 / (length > 0 ? length : 1);
        }

        inverseLengths = Tensor.From(inverse);
    }

    /// <summary>The kernel [n, m] between rows.</summary>
    public Tensor Between(Tensor x, Tensor y) => (x * inverseLengths).PairwiseSquaredDistances(y * inverseLengths).Affine(-0.5, 0).Exp();
}
