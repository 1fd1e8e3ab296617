namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Matrix => new()
    {
        ["matmul"] = x => x[0].MatMul(x[1]),
        ["matmul_left_transposed"] = x => x[0].Transpose().MatMul(x[1]),
        ["matmul_right_transposed"] = x => x[0].MatMul(x[1].Transpose()),
        ["matmul_both_transposed"] = x => x[0].Transpose().MatMul(x[1].Transpose()),
        ["matmul_strided"] = x => x[0].Slice(0, 0, step: 2).Slice(1, 0, step: 2).MatMul(x[1]),
        ["matmul_batched"] = x => x[0].MatMul(x[1]),
        ["matmul_broadcast"] = x => x[0].MatMul(x[1]),
        ["matmul_broadcast_left"] = x => x[0].MatMul(x[1]),
        ["matmul_broadcast_both"] = x => x[0].MatMul(x[1]),
        ["matmul_batched_transposed"] = x => x[0].Transpose().MatMul(x[1]),
        ["matmul_vector_right"] = x => x[0].MatMul(x[1]),
        ["matmul_vector_left"] = x => x[0].MatMul(x[1]),
        ["matmul_dot"] = x => x[0].MatMul(x[1]),
        ["linear"] = x => x[0].MatMul(x[1].Transpose()) + x[2],
        ["attention"] = x => (x[0].MatMul(x[1].Transpose()) / Math.Sqrt(2)).Softmax().MatMul(x[2]),
    };
}
