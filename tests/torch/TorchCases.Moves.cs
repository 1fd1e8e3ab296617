namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Moves => new()
    {
        ["select"] = x => x[0].Select(0, x[1]),
        ["select_axis_1"] = x => x[0].Select(1, x[1]),
        ["embedding"] = x => x[1].Select(0, x[0].Reshape(-1)).Reshape(2, 3, 2),
        ["take_along"] = x => x[0].TakeAlong(1, x[1]),
        ["take_along_axis_0"] = x => x[0].TakeAlong(0, x[1]),
        ["add_along"] = x => x[0].AddAlong(1, x[1], 5),
        ["add_at"] = x => x[0].AddAt(0, x[1], 5),
        ["one_hot"] = x => x[0].OneHot(4, DType.I64),
        ["concat"] = x => TensorMath.Concat(x, 1),
        ["concat_transposed"] = x => TensorMath.Concat([x[0].Transpose(), x[1]], 1),
        ["stack"] = x => TensorMath.Stack(x, 1),
        ["slice_step"] = x => x[0].Slice(0, 1, 6, 2),
        ["slice_negative"] = x => x[0].Slice(1, -4, -1),
        ["at"] = x => x[0][1],
        ["flip"] = x => x[0].Flip(1),
        ["permute"] = x => x[0].Permute(2, 0, 1),
        ["transpose"] = x => x[0].Transpose(),
        ["reshape"] = x => x[0].Reshape(3, 4),
        ["reshape_transposed"] = x => x[0].Transpose().Reshape(2, -1),
        ["expand"] = x => x[0].Expand([3, 2, 4]),
        ["squeeze_unsqueeze"] = x => x[0].Squeeze(1).Unsqueeze(-1),
        ["pad"] = x => x[0].Pad(1, 1, 2),
        ["pad_rows"] = x => x[0].Pad(0, 2, 1),
        ["contiguous"] = x => x[0].Transpose().Contiguous(),
    };
}
