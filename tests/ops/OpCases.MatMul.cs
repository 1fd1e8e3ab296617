namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    static readonly (int[] Left, View LeftView, int[] Right, View RightView)[] products =
    [
        ([1, 1], View.Dense, [1, 1], View.Dense),
        ([2, 3], View.Dense, [3, 4], View.Dense),
        ([5, 7], View.Dense, [7, 1], View.Dense),
        ([1, 6], View.Dense, [6, 3], View.Dense),
        ([5, 1], View.Dense, [1, 6], View.Reversed),
        ([4], View.Dense, [4], View.Dense),
        ([4], View.Reversed, [4, 3], View.Transposed),
        ([3, 4], View.Offset, [4], View.Stepped),
        ([5, 4], View.Transposed, [4, 6], View.Dense),
        ([5, 4], View.Dense, [4, 6], View.Transposed),
        ([5, 4], View.Transposed, [4, 6], View.Transposed),
        ([5, 4], View.Stepped, [4, 6], View.Reversed),
        ([5, 4], View.Expanded, [4, 17], View.Stepped),
        ([5, 4], View.Reversed, [4, 6], View.Expanded),
        ([2, 3, 4], View.Dense, [4, 5], View.Dense),
        ([2, 3, 4], View.Transposed, [4, 5], View.Dense),
        ([2, 3, 4], View.Dense, [2, 4, 5], View.Transposed),
        ([2, 1, 3, 4], View.Dense, [3, 4, 2], View.Offset),
        ([2, 3, 4], View.Expanded, [2, 4, 1], View.Dense),
        ([2, 2, 3], View.Dense, [3], View.Dense),
        ([3, 0], View.Dense, [0, 2], View.Dense),
        ([0, 3], View.Dense, [3, 2], View.Dense),
        ([17, 19], View.Dense, [19, 23], View.Dense),
        ([130, 143], View.Dense, [143, 151], View.Dense),
        ([97, 300], View.Transposed, [300, 65], View.Transposed),
        ([33, 520], View.Stepped, [520, 49], View.Reversed),
        ([700, 301], View.Dense, [301], View.Dense),
        ([301], View.Dense, [301, 700], View.Dense),
        ([6, 40, 50], View.Dense, [6, 50, 45], View.Dense),
        ([1500, 3], View.Dense, [3, 40], View.Dense),
    ];

    static IEnumerable<OpCase> Products()
    {
        foreach (var (left, leftView, right, rightView) in products)
        {
            yield return new OpCase(typeof(MatMul), "", [new(left, leftView), new(right, rightView)], x => x[0].MatMul(x[1]), x => Product(x[0], x[1]))
            {
                IsLarge = Values.CountOf(left) > 300,
                Tolerance64 = 1e-13,
                Tolerance32 = 2e-5,
            };
        }
    }

    static Values Product(Values left, Values right)
    {
        if (left.Rank == 1)
        {
            Values row = Product(left.Reshape(1, left.Shape[0]), right);
            return row.Reshape([.. row.Shape.Where((_, axis) => axis != row.Rank - (right.Rank == 1 ? 1 : 2))]);
        }

        if (right.Rank == 1)
        {
            Values column = Product(left, right.Reshape(right.Shape[0], 1));
            return column.Reshape(column.Shape[..^1]);
        }

        int m = left.Shape[^2], k = left.Shape[^1], n = right.Shape[^1];
        int[] batch = Values.Broadcast(left.Shape[..^2], right.Shape[..^2]);
        var result = new double[Values.CountOf(batch) * m * n];
        for (int b = 0; b < Values.CountOf(batch); b++)
        {
            int[] index = Values.Index(batch, b);
            int a = Start(left, index), c = Start(right, index);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int p = 0; p < k; p++) sum += left.Data[a + (i * k) + p] * right.Data[c + (p * n) + j];
                    result[(((b * m) + i) * n) + j] = sum;
                }
            }
        }

        return new Values([.. batch, m, n], result);
    }

    // Position of the matrix that a batch index reaches by broadcasting.
    static int Start(Values operand, int[] batch)
    {
        var index = new int[operand.Rank];
        for (int axis = 0; axis < operand.Rank - 2; axis++)
            index[axis] = operand.Shape[axis] == 1 ? 0 : batch[axis + batch.Length - (operand.Rank - 2)];
        return operand.Data.Length == 0 ? 0 : operand.Position(index);
    }
}
