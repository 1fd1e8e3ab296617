namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    // Random matrices become positive definite, or safely invertible, in the call, so that finite differences move any number of theirs.
    static Tensor Definite(Tensor x) => x.MatMul(x.Transpose()) + (Tensor.Eye(x.Shape[-2], x.DType, x.Device) * 2);

    static Values Definite(Values x) => Matrices(x, rows => Plus(Times(rows, Turned(rows)), 2));

    static Tensor Dominant(Tensor x) => x + (Tensor.Eye(x.Shape[-1], x.DType, x.Device) * (2 + (2 * x.Shape[-1])));

    static Values Dominant(Values x) => Matrices(x, rows => Plus(rows, 2 + (2 * x.Shape[^1])));

    static readonly (int[] Shape, View View)[] squares =
    [
        ([1, 1], View.Dense),
        ([3, 3], View.Dense),
        ([2, 4, 4], View.Transposed),
        ([2, 0, 3, 3], View.Dense),
        ([0, 0], View.Dense),
        ([5, 5], View.Reversed),
        ([150, 150], View.Dense),
        ([40, 19, 19], View.Dense),
    ];

    static IEnumerable<OpCase> Triangles()
    {
        foreach (var (shape, view, lower, offset) in new[]
        {
            (new[] { 3, 4 }, View.Dense, true, 0), ([2, 4, 3], View.Transposed, false, 1), ([5, 5], View.Stepped, true, -2), ([2, 1, 6], View.Dense, false, -1), ([0, 3], View.Dense, true, 0),
            ([300, 301], View.Dense, true, 3),
        })
        {
            yield return new OpCase(typeof(Triangle), $"{(lower ? "lower" : "upper")} {offset}", [new(shape, view)], x => lower ? x[0].LowerTriangle(offset) : x[0].UpperTriangle(offset),
                x => Values.Build(x[0].Shape, index => (lower ? index[^1] - index[^2] <= offset : index[^1] - index[^2] >= offset) ? x[0][index] : 0))
            { IsLarge = Values.CountOf(shape) > 1000 };
        }
    }

    static IEnumerable<OpCase> Factors()
    {
        foreach (var (shape, view) in squares)
        {
            bool large = Values.CountOf(shape) > 1000;
            Input x = new(shape, view);
            yield return new OpCase(typeof(Cholesky), "", [x], o => Definite(o[0]).Cholesky(), o => Matrices(Definite(o[0]), LowerFactor))
            { IsLarge = large, Tolerance64 = 1e-11, Tolerance32 = 2e-4 };
            yield return new OpCase(typeof(LuFactor), "solve", [x, new(shape)], o => Dominant(o[0]).Solve(o[1]), o => Solved(Dominant(o[0]), o[1]))
            { IsLarge = large, Tolerance64 = 1e-12, Tolerance32 = 1e-5 };
            if (large) continue;
            yield return new OpCase(typeof(LuFactor), "pivots", [new(shape) { GridPhase = 0.3 }], o => o[0].Determinant(), o => ByMatrix(o[0], Determinant))
            { Tolerance64 = 1e-12, Tolerance32 = 1e-5 };
            yield return new OpCase(typeof(LuFactor), "logarithm", [x], o => Dominant(o[0]).LogAbsDeterminant().LogAbs, o => ByMatrix(Dominant(o[0]), rows => Math.Log(Math.Abs(Determinant(rows)))))
            { Tolerance64 = 1e-12, Tolerance32 = 1e-5 };
        }
    }

    static readonly (int[] Triangle, View View, int[] Right, View RightView)[] systems =
    [
        ([1, 1], View.Dense, [1, 1], View.Dense),
        ([3, 3], View.Transposed, [3, 2], View.Transposed),
        ([2, 4, 4], View.Dense, [2, 4, 3], View.Stepped),
        ([3, 3], View.Reversed, [2, 3, 1], View.Dense),
        ([2, 1, 3, 3], View.Dense, [3, 3, 2], View.Expanded),
        ([3, 3], View.Dense, [3, 0], View.Dense),
        ([2, 3, 3], View.Dense, [3, 2], View.Dense),
        ([0, 0], View.Dense, [0, 2], View.Dense),
        ([150, 150], View.Dense, [150, 300], View.Dense),
        ([60, 21, 21], View.Dense, [60, 21, 5], View.Dense),
    ];

    static IEnumerable<OpCase> TriangularSystems()
    {
        int number = 0;
        foreach (var (triangle, view, right, rightView) in systems)
        {
            bool large = Values.CountOf(triangle) > 1000;
            foreach (int kind in large || triangle[^1] > 2 ? (int[])[0, 1, 2, 3] : [number++ % 4])
            {
                bool lower = kind % 2 == 0, transposed = kind >= 2, unit = kind is 1 or 2 && triangle[^1] < 5;
                if (triangle.Length > 2 && !large && kind is 0 or 3) continue;
                yield return new OpCase(
                    typeof(TriangularSolve), $"{(lower ? "lower" : "upper")}{(transposed ? " transposed" : "")}{(unit ? " unit" : "")}", [new(triangle, view), new(right, rightView)],
                    o => Dominant(o[0]).SolveTriangular(o[1], lower, transposed, unit),
                    o => Solved(Matrices(Dominant(o[0]), rows => Kept(rows, lower, transposed, unit)), o[1]))
                { IsLarge = large, Tolerance64 = 1e-12, Tolerance32 = 1e-5 };
            }
        }

        yield return new OpCase(typeof(TriangularSolve), "right", [new([3, 3]), new([2, 3])], o => Dominant(o[0]).SolveTriangular(o[1], isRight: true),
            o => Matrices(Solved(Matrices(Dominant(o[0]), rows => Kept(rows, true, true, false)), Matrices(o[1], Turned)), Turned)) { Tolerance64 = 1e-13 };
    }

    static double[][] Kept(double[][] rows, bool lower, bool transposed, bool unit)
    {
        double[][] kept = Build(rows.Length, rows.Length, (i, j) => i == j ? unit ? 1 : rows[i][i] : (lower ? j < i : j > i) ? rows[i][j] : 0);
        return transposed ? Turned(kept) : kept;
    }

    // ---- plain matrices ----

    static double[][] Build(int rows, int columns, Func<int, int, double> element) =>
        [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => element(i, j)).ToArray())];

    static double[][] Times(double[][] x, double[][] y)
    {
        int columns = y.Length == 0 ? 0 : y[0].Length;
        return Build(x.Length, columns, (i, j) =>
        {
            double sum = 0;
            for (int k = 0; k < y.Length; k++) sum += x[i][k] * y[k][j];
            return sum;
        });
    }

    static double[][] Turned(double[][] x) => Build(x.Length == 0 ? 0 : x[0].Length, x.Length, (i, j) => x[j][i]);

    static double[][] Plus(double[][] x, double diagonal) => Build(x.Length, x.Length == 0 ? 0 : x[0].Length, (i, j) => x[i][j] + (i == j ? diagonal : 0));

    static double[][] LowerFactor(double[][] a)
    {
        double[][] l = Build(a.Length, a.Length, static (_, _) => 0);
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
                l[i][j] = i == j ? Math.Sqrt(sum) : sum / l[j][j];
            }
        }

        return l;
    }

    // Gauss-Jordan with partial pivoting; the determinant on the way.
    static (double[][] Solution, double Determinant) Eliminate(double[][] matrix, double[][] right)
    {
        double[][] a = [.. matrix.Select(static row => (double[])row.Clone())], b = [.. right.Select(static row => (double[])row.Clone())];
        double determinant = 1;
        for (int column = 0; column < a.Length; column++)
        {
            int pivot = Enumerable.Range(column, a.Length - column).MaxBy(row => Math.Abs(a[row][column]));
            if (pivot != column)
            {
                (a[pivot], a[column], b[pivot], b[column]) = (a[column], a[pivot], b[column], b[pivot]);
                determinant = -determinant;
            }

            double divisor = a[column][column];
            determinant *= divisor;
            for (int row = 0; row < a.Length; row++)
            {
                if (row == column) continue;
                double factor = a[row][column] / divisor;
                if (factor == 0) continue;
                for (int k = column; k < a.Length; k++) a[row][k] -= factor * a[column][k];
                for (int k = 0; k < b[row].Length; k++) b[row][k] -= factor * b[column][k];
            }
        }

        return ([.. b.Select((row, i) => row.Select(x => x / a[i][i]).ToArray())], determinant);
    }

    static double Determinant(double[][] rows) => Eliminate(rows, [.. rows.Select(static _ => Array.Empty<double>())]).Determinant;

    /// <summary>Replaces each matrix of the last two axes.</summary>
    static Values Matrices(Values x, Func<double[][], double[][]> f)
    {
        int batch = Values.CountOf(x.Shape[..^2]);
        double[][][] results = [.. Enumerable.Range(0, batch).Select(i => f(Rows(x, i)))];
        double[][] first = batch > 0 ? results[0] : f(Build(x.Shape[^2], x.Shape[^1], static (i, j) => i == j ? 1 : 0));
        return new Values([.. x.Shape[..^2], first.Length, first.Length > 0 ? first[0].Length : 0], [.. results.SelectMany(static rows => rows.SelectMany(static row => row))]);
    }

    static Values ByMatrix(Values x, Func<double[][], double> f) => new(x.Shape[..^2], [.. Enumerable.Range(0, Values.CountOf(x.Shape[..^2])).Select(i => f(Rows(x, i)))]);

    static double[][] Rows(Values x, int matrix)
    {
        int rows = x.Shape[^2], columns = x.Shape[^1];
        return Build(rows, columns, (i, j) => x.Data[(((matrix * rows) + i) * columns) + j]);
    }

    static Values Solved(Values a, Values b)
    {
        int[] batch = Values.Broadcast(a.Shape[..^2], b.Shape[..^2]);
        Values left = a.Expand([.. batch, a.Shape[^2], a.Shape[^1]]), right = b.Expand([.. batch, b.Shape[^2], b.Shape[^1]]);
        return new Values(right.Shape, [.. Enumerable.Range(0, Values.CountOf(batch)).SelectMany(i => Eliminate(Rows(left, i), Rows(right, i)).Solution.SelectMany(static row => row))]);
    }
}
