using System.Text.Json;
using Adjoint.Tests.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The profile of a plan: every kernel is in it with its bytes and operations, nothing that outlives the step changes, and the trace is one that a viewer opens.</summary>
[NonParallelizable]
public sealed class PlanProfileTests
{
    [Test]
    public void EveryKernelIsListedWithItsBytesAndOperations([Values("cpu", "simulator")] string device)
    {
        using var scope = Use(device);
        Tensor x = Tensor.From([1f, 2, 3, 4, 5, 6], [2, 3]), w = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]);
        Plan plan = Plan.Record(() => x.MatMul(w).Softmax().Sum(0));
        PlanProfile profile = plan.Profile(3);
        Assert.That(profile.Kernels, Has.Count.EqualTo(plan.Count));
        Assert.That(profile.Seconds, Is.EqualTo(profile.Kernels.Sum(static one => one.Seconds)).And.GreaterThan(0));
        KernelProfile product = profile.Kernels[0];
        Assert.That((product.Op, product.Flops, product.Bytes), Is.EqualTo(("matmul", 2L * 2 * 3 * 4, 4L * ((2 * 3) + (3 * 4) + (2 * 4)))));
        Assert.That(profile.Kernels.Select(static one => one.Launches), device == "cpu" ? Is.All.Empty : Is.All.Not.Empty);
        Assert.That(profile.Kernels.Select(static one => one.PercentOfRoof), Is.All.GreaterThan(0));
        foreach (KernelProfile one in profile.Kernels) Assert.That(profile.Describe(), Does.Contain(one.ToString()));
        Assert.That(profile.Describe(1).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
        Assert.That(() => plan.Profile(0), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void PlansOfOneStepAreListedInTheirOrder()
    {
        Tensor x = Tensor.Ones([4, 4]);
        Plan first = Plan.Record(() => x.MatMul(x)), second = Plan.Record(() => x.Softmax());
        PlanProfile profile = PlanProfile.Of([first, second, first], 3);
        Assert.That(profile.Kernels.Select(static one => one.Op), Is.EqualTo(new[] { "matmul", "softmax", "matmul" }));
        Assert.That(profile.Kernels[0], Is.EqualTo(profile.Kernels[2]), "each plan is measured once");
        Assert.That(profile.Seconds, Is.EqualTo(profile.Kernels.Sum(static one => one.Seconds)).Within(1e-12));
        Assert.That(profile.Peaks, Has.Count.EqualTo(1));
    }

    [Test]
    public void WhatOutlivesTheStepIsAsItWas([Values("cpu", "simulator")] string device)
    {
        using var scope = Use(device);
        double[] with = Losses(true), without = Losses(false);
        Assert.That(with, Is.EqualTo(without).And.Not.All.EqualTo(with[0]));

        static double[] Losses(bool profiles)
        {
            var network = new Linear(3, 2);
            var parameters = new ParameterSet(network, Key.FromSeed(1));
            var optimizer = new Adam(parameters, 0.1);
            var generator = new Generator(Key.FromSeed(2));
            Plan plan = Plan.Record(() =>
            {
                Tensor loss = network.Forward(generator.Normal([4, 3])).Square().Mean();
                optimizer.Update(loss);
                return loss;
            });
            var losses = new List<double> { plan.Output.Item() };
            for (int i = 0; i < 2; i++)
            {
                if (profiles) plan.Profile(2);
                losses.Add(plan.Output.Item());
                plan.Run();
                losses.Add(plan.Output.Item());
            }

            return [.. losses];
        }
    }

    [Test]
    public void TheTraceIsJsonWithAnEventAKernel([Values("cpu", "simulator")] string device)
    {
        using var scope = Use(device);
        Tensor x = Tensor.From([1f, 2, 3, 4]);
        PlanProfile profile = Plan.Record(() => (x.Max() + x.Softmax()).Sum()).Profile(1);
        using var file = new MemoryStream();
        profile.WriteTrace(file);
        using JsonDocument trace = JsonDocument.Parse(file.ToArray());
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        JsonElement[] kernels = [.. events.Where(static one => one.GetProperty("ph").GetString() == "X")];
        Assert.That(kernels.Select(static one => one.GetProperty("name").GetString()), Is.EqualTo(profile.Kernels.Select(static one => one.Op)));
        Assert.That(events.Single(static one => one.GetProperty("ph").GetString() == "M").GetProperty("args").GetProperty("name").GetString(), Is.EqualTo(device));
        double end = 0;
        foreach (JsonElement one in kernels)
        {
            Assert.That(one.GetProperty("ts").GetDouble(), Is.EqualTo(end).Within(1e-6));
            end += one.GetProperty("dur").GetDouble();
        }

        Assert.That(end, Is.EqualTo(profile.Seconds * 1e6).Within(1e-6));
    }

    [Test]
    public void GatheredRowsCountAndNotTheTable()
    {
        Tensor table = Tensor.Zeros([1000, 8]), rows = Tensor.From([1L, 2, 3]);
        KernelProfile gather = Plan.Record(() => table.Select(0, rows)).Profile(1).Kernels[^1];
        Assert.That(gather.Bytes, Is.EqualTo((2 * 3 * 8 * 4) + (3 * 8)));
    }

    // The default of a scope is the CPU.
    static SimulatorBackend.Scope Use(string device) => device == "simulator" ? SimulatorBackend.Use() : default;
}
