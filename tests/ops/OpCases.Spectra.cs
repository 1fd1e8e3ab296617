namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    // Eigenvalues and singular values are kept apart by steps along the diagonal.
    static Tensor Steps(Tensor x)
    {
        int rows = x.Shape[-2], columns = x.Shape[-1], least = Math.Min(rows, columns);
        return Tensor.Range(least, 3, 3, x.DType, x.Device).DiagonalMatrix().Pad(0, 0, rows - least).Pad(1, 0, columns - least);
    }

    static Tensor Spread(Tensor x) => (x * 0.5) + Steps(x);

    static Values Spread(Values x) => Matrices(x, rows => Build(x.Shape[^2], x.Shape[^1], (i, j) => (rows[i][j] * 0.5) + (i == j ? 3 + (3 * i) : 0)));

    static Tensor Symmetric(Tensor x) => x + x.Transpose();

    static Values Symmetric(Values x) => Matrices(x, rows => Build(rows.Length, rows.Length, (i, j) => rows[i][j] + rows[j][i]));

    static IEnumerable<OpCase> Spectra()
    {
        foreach (var (shape, view) in squares)
        {
            bool large = Values.CountOf(shape) > 1000;
            OpCase One(string label, Func<Tensor, Tensor> f, Func<Values, Values> reference) =>
                new(typeof(SymmetricEigen), label, [new(shape, view)], x => f(Symmetric(Spread(x[0]))), x => reference(Symmetric(Spread(x[0]))))
                { IsLarge = large, Tolerance64 = large ? 1e-9 : 1e-12, Tolerance32 = large ? 1e-3 : 3e-5 };
            yield return One("values", static a => a.SymmetricEigen().Values, static a => ByMatrix(a, static rows => rows.Length, static rows => Jacobi(rows).Values));
            yield return One("function", static a => Rebuilt(a.SymmetricEigen(), static w => (w * 0.1).Tanh()), static a => Matrices(a, static rows => Rebuilt(rows, static w => Math.Tanh(w * 0.1))));
            if (large) continue;
            yield return One("vectors", static a => a.SymmetricEigen().Vectors, static a => Matrices(a, static rows => Jacobi(rows).Vectors));
        }

        foreach (var (shape, view) in squares.Where(static one => Values.CountOf(one.Shape) < 1000))
        {
            yield return Root("", new(shape, view), Definite, Definite);
            yield return InverseRoot("", new(shape, view), Definite, Definite);
        }

        // Equal eigenvalues, at which differences of them say nothing.
        Input equal = new([3, 3]) { Fixed = [2, 0, 0, 0, 1, 0, 0, 0, 2] };
        yield return Root(" of equal values", equal, Symmetric, Symmetric);
        yield return InverseRoot(" of equal values", equal, Symmetric, Symmetric);
    }

    static OpCase Root(string label, Input input, Func<Tensor, Tensor> make, Func<Values, Values> plain) =>
        new(typeof(SymmetricEigen), $"root{label}", [input], x => make(x[0]).SymmetricSqrt(), x => Matrices(plain(x[0]), static rows => Rebuilt(rows, Math.Sqrt)))
        { Tolerance64 = 1e-12, Tolerance32 = 2e-5 };

    static OpCase InverseRoot(string label, Input input, Func<Tensor, Tensor> make, Func<Values, Values> plain) =>
        new(typeof(SymmetricEigen), $"inverse root{label}", [input], x => make(x[0]).SymmetricInverseSqrt(), x => Matrices(plain(x[0]), static rows => Rebuilt(rows, static w => 1 / Math.Sqrt(w))))
        { Tolerance64 = 1e-12, Tolerance32 = 2e-5 };

    static Tensor Rebuilt((Tensor Values, Tensor Vectors) eigen, Func<Tensor, Tensor> f) => (eigen.Vectors * f(eigen.Values).Unsqueeze(-2)).MatMul(eigen.Vectors.Transpose());

    static readonly (int[] Shape, View View)[] rectangles =
    [
        ([1, 1], View.Dense),
        ([4, 3], View.Transposed),
        ([3, 5], View.Dense),
        ([2, 4, 2], View.Stepped),
        ([0, 3, 2], View.Dense),
        ([3, 3], View.Reversed),
        ([210, 90], View.Dense),
        ([30, 9, 17], View.Dense),
    ];

    static IEnumerable<OpCase> Rectangles()
    {
        foreach (var (shape, view) in rectangles)
        {
            bool large = Values.CountOf(shape) > 1000;
            OpCase One(Type op, string label, Func<Tensor, Tensor> f, Func<double[][], double[][]> reference) =>
                new(op, label, [new(shape, view)], x => f(Spread(x[0])), x => Matrices(Spread(x[0]), reference))
                { IsLarge = large, Tolerance64 = large ? 1e-10 : 1e-12, Tolerance32 = large ? 1e-3 : 3e-5 };
            yield return One(typeof(Qr), "orthogonal", static a => a.Qr().Q, static rows => Orthogonal(rows));
            yield return One(typeof(Qr), "triangular", static a => a.Qr().R, static rows => Times(Turned(Orthogonal(rows)), rows)) with { Tolerance64 = large ? 1e-10 : 3e-12 };
            yield return new OpCase(typeof(Svd), "values", [new(shape, view)], x => Spread(x[0]).Svd().S,
                x => ByMatrix(Spread(x[0]), static rows => Math.Min(rows.Length, rows[0].Length), static rows => Singular(rows)))
            { IsLarge = large, Tolerance64 = 1e-11, Tolerance32 = large ? 1e-4 : 1e-5 };
            yield return One(typeof(Svd), "function", Tapered, static rows => Tapered(rows));
            yield return One(typeof(Svd), "pseudo-inverse", static a => a.PseudoInverse(), static rows => Pseudo(rows));
            if (large) continue;
            yield return One(typeof(Svd), "left", static a => a.Svd().U.MatMul(a.Svd().U.Transpose()), static rows => Times(Orthogonal(rows), Turned(Orthogonal(rows))));
            yield return new OpCase(shape[^1] > shape[^2] ? typeof(Svd) : typeof(Qr), "least squares", [new(shape, view), new([.. shape[..^1], 2])], x => Spread(x[0]).LeastSquares(x[1]),
                x => Paired(Spread(x[0]), x[1], static (a, b) => Times(Pseudo(a), b)))
            { Tolerance64 = 1e-12, Tolerance32 = 3e-5 };
        }
    }

    static Values Paired(Values a, Values b, Func<double[][], double[][], double[][]> f)
    {
        int next = 0;
        return Matrices(a, rows => f(rows, b.Data.Length == 0 ? Build(rows.Length, b.Shape[^1], static (_, _) => 0) : Rows(b, next++)));
    }

    static Values ByMatrix(Values x, Func<double[][], int> length, Func<double[][], double[]> f)
    {
        int batch = Values.CountOf(x.Shape[..^2]);
        double[][] sample = Build(x.Shape[^2], x.Shape[^1], static (_, _) => 1);
        return new Values([.. x.Shape[..^2], x.Shape[^2] == 0 ? 0 : length(sample)], [.. Enumerable.Range(0, batch).SelectMany(i => f(Rows(x, i)))]);
    }

    // Cyclic rotations until nothing is left beside the diagonal; ascending, the largest number of each vector positive.
    static (double[] Values, double[][] Vectors) Jacobi(double[][] matrix)
    {
        int n = matrix.Length;
        double[][] a = [.. matrix.Select(static row => (double[])row.Clone())], v = Build(n, n, static (i, j) => i == j ? 1 : 0);
        for (int sweep = 0; sweep < (n > 60 ? 8 : 30); sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(a[p][q]) < 1e-300) continue;
                    double angle = 0.5 * Math.Atan2(2 * a[p][q], a[p][p] - a[q][q]), c = Math.Cos(angle), s = Math.Sin(angle);
                    for (int k = 0; k < n; k++) (a[k][p], a[k][q]) = ((c * a[k][p]) + (s * a[k][q]), (c * a[k][q]) - (s * a[k][p]));
                    for (int k = 0; k < n; k++) (a[p][k], a[q][k]) = ((c * a[p][k]) + (s * a[q][k]), (c * a[q][k]) - (s * a[p][k]));
                    for (int k = 0; k < n; k++) (v[k][p], v[k][q]) = ((c * v[k][p]) + (s * v[k][q]), (c * v[k][q]) - (s * v[k][p]));
                }
            }

        }

        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => a[i][i])];
        double[] signs = Array.ConvertAll(order, i => Math.Sign(Enumerable.Range(0, n).Select(k => v[k][i]).MaxBy(Math.Abs)) * 1.0);
        return (Array.ConvertAll(order, i => a[i][i]), Build(n, n, (k, i) => signs[i] * v[k][order[i]]));
    }

    static double[][] Rebuilt(double[][] matrix, Func<double, double> f)
    {
        var (values, vectors) = Jacobi(matrix);
        return Times(Build(matrix.Length, matrix.Length, (i, j) => vectors[i][j] * f(values[j])), Turned(vectors));
    }

    // Gram-Schmidt, each column twice; of a wide matrix its first columns.
    static double[][] Orthogonal(double[][] a)
    {
        int rows = a.Length, columns = rows == 0 ? 0 : Math.Min(rows, a[0].Length);
        double[][] q = Build(columns, rows, (j, i) => a[i][j]);
        for (int j = 0; j < columns; j++)
        {
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < j; k++)
                {
                    double product = Dot(q[k], q[j]);
                    for (int i = 0; i < rows; i++) q[j][i] -= product * q[k][i];
                }
            }

            double norm = Math.Sqrt(Dot(q[j], q[j]));
            for (int i = 0; i < rows; i++) q[j][i] /= norm;
        }

        return Turned(q);
    }

    static double[] Singular(double[][] a) =>
        [.. Jacobi(a.Length < a[0].Length ? Times(a, Turned(a)) : Times(Turned(a), a)).Values.Reverse().Select(static w => Math.Sqrt(w))];

    static Tensor Tapered(Tensor a)
    {
        var (u, s, v) = a.Svd();
        return (u * (s * 0.1).Tanh().Unsqueeze(-2)).MatMul(v.Transpose());
    }

    static double[][] Tapered(double[][] a) => a.Length < a[0].Length
        ? Turned(Tapered(Turned(a)))
        : Times(a, Rebuilt(Times(Turned(a), a), static w => Math.Tanh(0.1 * Math.Sqrt(w)) / Math.Sqrt(w)));

    static double[][] Pseudo(double[][] a)
    {
        if (a.Length < a[0].Length) return Turned(Pseudo(Turned(a)));
        return Eliminate(Times(Turned(a), a), Turned(a)).Solution;
    }
}
