namespace Adjoint.Tests;

/// <summary>The residual block of tests/fixtures/torch/conv_cases.py, with a head.</summary>
sealed class ResidualModel : Layer
{
    readonly Conv2d conv1, conv2, conv3;
    readonly BatchNorm norm1, norm2, norm3;
    readonly Linear head;

    public ResidualModel()
    {
        conv1 = Child("conv1", new Conv2d(3, 5, 3, stride: 2, padding: 1, bias: false));
        norm1 = Child("norm1", new BatchNorm(5));
        conv2 = Child("conv2", new Conv2d(5, 5, 3, padding: 1, bias: false));
        norm2 = Child("norm2", new BatchNorm(5));
        conv3 = Child("conv3", new Conv2d(3, 5, 1, stride: 2, bias: false));
        norm3 = Child("norm3", new BatchNorm(5));
        head = Child("head", new Linear(5, 4));
    }

    public override Tensor Forward(Tensor x)
    {
        Tensor y = norm2.Forward(conv2.Forward(norm1.Forward(conv1.Forward(x)).Relu()));
        return head.Forward((y + norm3.Forward(conv3.Forward(x))).Relu().Mean([2, 3]));
    }
}

/// <summary>The level of a U-Net of the same file.</summary>
sealed class UNetModel : Layer
{
    readonly Conv2d enter, down, inner, up, leave;
    readonly GroupNorm norm1, norm2;
    readonly Upsample larger = new(2);

    public UNetModel()
    {
        enter = Child("enter", new Conv2d(2, 4, 3, padding: 1));
        norm1 = Child("norm1", new GroupNorm(2, 4));
        down = Child("down", new Conv2d(4, 4, 3, stride: 2, padding: 1));
        inner = Child("inner", new Conv2d(4, 4, 3, padding: 1));
        norm2 = Child("norm2", new GroupNorm(2, 4));
        up = Child("up", new Conv2d(4, 4, 3, padding: 1));
        leave = Child("leave", new Conv2d(8, 1, 3, padding: 1));
    }

    public override Tensor Forward(Tensor x)
    {
        Tensor skip = norm1.Forward(enter.Forward(x)).Silu();
        Tensor y = norm2.Forward(inner.Forward(down.Forward(skip))).Silu();
        return leave.Forward(TensorMath.Concat([skip, up.Forward(larger.Forward(y))], 1));
    }
}
