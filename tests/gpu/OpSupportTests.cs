using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Mode support of devices: each op's samples ask for kernels that are there, for every dtype that the op takes on the CPU.</summary>
[TestFixture]
public sealed class OpSupportTests
{
    static IEnumerable<TestCaseData> Entries => OpTable.All.Select(static entry => new TestCaseData(entry).SetArgDisplayNames(entry.Name));

    [TestCaseSource(nameof(Entries))]
    public void An_op_runs_on_devices_for_every_dtype_that_it_takes(OpEntry entry)
    {
        OpSupport support = OpSupport.Of(entry);
        Assert.Multiple(() =>
        {
            Assert.That(support.Cpu, Is.Not.Empty);
            Assert.That(support.Cuda, Is.EqualTo(support.Cpu), "cuda");
            Assert.That(support.Simulator, Is.EqualTo(support.Cpu), "simulator");
            Assert.That(support.OpenCL, Is.EqualTo(support.Cpu), "opencl");
        });
        if (entry.IsDifferentiable) Assert.That(support.Cpu, Does.Contain(DType.F32).And.Contain(DType.F64));
    }

    [Test]
    public void A_kernel_that_is_absent_shows_in_the_matrix()
    {
        OpSupport absent = OpSupport.Of(Entry(new NoKernel())), present = OpSupport.Of(OpTable.All.Single(static entry => entry.Name == "argmax"));
        Assert.That(absent.Cpu, Is.EqualTo(OpSample.Types));
        Assert.That(absent.Cuda.Concat(absent.Simulator).Concat(absent.OpenCL), Is.Empty);
        Assert.That(present.Cuda, Has.Count.EqualTo(4));
        Assert.That(present.OpenCL, Is.EqualTo(present.Cuda), "a form without warps");
    }

    [Test]
    public void A_sample_of_a_dtype_that_the_op_rejects_counts_as_not_taken() =>
        Assert.That(OpSupport.Of(OpTable.All.Single(static entry => entry.Name == "exp")).Cuda, Is.EqualTo(new[] { DType.F32, DType.F64 }));

    static readonly string[] expected = ["dense_ternary", "strided_ternary", "index_add_at_columns", "index_arg_extreme_line", "random_from_weights"];

    [Test]
    public void Samples_ask_for_every_line_of_the_table_but_those_that_are_no_ops()
    {
        string[] asked = [.. from entry in OpTable.All from type in OpSample.Types from launch in LaunchSurvey.Launches(entry, type, true, 256) ?? [] select KernelTable.Find(launch.Kernel).Description.Name];
        string[] others = [.. KernelTable.All.Where(static line => line.Family is not ("matmul" or "test")).Select(static line => line.Name).Except(asked)];

        // The ladder of products chooses among its rungs, tests add kernels of their own, additions at few places and devices with warps take other forms, and no op has ternary operators or draws from weights yet.
        Assert.That(others, Is.SubsetOf(expected));
    }

    [Test]
    public void A_program_without_the_compiler_carries_what_ops_ask_for_and_no_stand_ins()
    {
        IEnumerable<string> needed = EngineKernels.Needed.Keys;
        Assert.That(needed, Is.SupersetOf(new[]
        {
            "dense_unary_Relu_f32", "dense_unary_Relu_f64", "strided_unary_Relu_f32", "strided_unary_Square_i64", "strided_binary_Add_i32", "strided_compare_Less_bool", "strided_cast_f32_bool",
            "matmul_2_shared_f32_Relu", "matmul_2_shared_f64_Unchanged", "update_NesterovDeviceRule_WithAverage_f64", "softmax_f32_BlockTeam", "index_check",
        }));
        Assert.That(needed, Has.None.Contains("Exponential"));
        Assert.That(EngineKernels.All.Keys, Is.SupersetOf(needed).And.Contains("dense_unary_Exponential_f32"));
    }

    [Test]
    public void An_optimiser_moves_parameters_and_their_average_in_one_pass([Values] bool averaged)
    {
        UpdateAverage? average = averaged ? new UpdateAverage(AverageKind.Exponential, 0.9) : null;
        string end = averaged ? "WithAverage_f32" : "WithoutAverage_f32", count = averaged ? " i[]" : "", buffer = averaged ? " x[8]" : "";
        AssertLaunches(new UpdateAdam(0.9, 0.999, 1e-8, 0.1, true, 1) { Average = average }, $"x[8] d[] i[] x[]{count} -> x[8] x[8] x[8]{buffer}", "update_adam_factors", $"update_AdamDeviceRule_{end}");
        AssertLaunches(new UpdateSgd(0, false, 0.1, 1) { Average = average }, $"x[8] d[] x[]{count} -> x[8]{buffer}", "update_rate_factors", $"update_SgdDeviceRule_{end}");
        AssertLaunches(new UpdateSgd(0.9, false, 0, 1) { Average = average }, $"x[8] d[] x[]{count} -> x[8] x[8]{buffer}", "update_rate_factors", $"update_MomentumDeviceRule_{end}");
        AssertLaunches(new UpdateSgd(0.9, true, 0, 1) { Average = average }, $"x[8] d[] x[]{count} -> x[8] x[8]{buffer}", "update_rate_factors", $"update_NesterovDeviceRule_{end}");
    }

    static void AssertLaunches(Op op, string operands, params string[] kernels) =>
        Assert.That(LaunchSurvey.Launches(Entry(op, operands), DType.F32, true, 256)!.Select(static launch => launch.Kernel.Name), Is.EqualTo(kernels));

    static OpEntry Entry(Op op, string operands = "x[4]") => new("none", op.Name, op.GetType(), op.Saves, false, op.Bound, null, new OpSample(_ => op, operands));

    sealed record NoKernel : Op
    {
        static readonly TypedKernels Kernels = new("no_such_kernel");

        public override string Name => "no_kernel";

        public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape, inputs[0].DType);

        public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
        {
        }

        public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
            queue.Call(Kernels.Of(inputs[0].DType), inputs[0].Count).Dense(inputs).Dense(outputs).Run();
    }
}
