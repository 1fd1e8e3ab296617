using System.Numerics;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Matrix products as sums in f64, to compare with.</summary>
static class MatMulCases
{
    /// <summary>target = finish(left · right + bias), added to what was there where the product accumulates.</summary>
    public static double[] Reference<T>(T[] left, T[] right, T[] bias, T[] before, MatrixProduct product, int batch, Func<double, double> finish) where T : INumber<T>
    {
        var target = new double[batch * product.Rows * product.Columns];
        for (int i = 0; i < target.Length; i++)
        {
            int column = i % product.Columns, row = i / product.Columns % product.Rows;
            long item = i / product.Columns / product.Rows;
            double sum = product.HasBias != 0 ? double.CreateChecked(bias[column]) : 0;
            for (int k = 0; k < product.Inner; k++)
            {
                sum += double.CreateChecked(left[(item * product.LeftBatchStep) + (row * product.LeftRowStep) + (k * product.LeftInnerStep)])
                    * double.CreateChecked(right[(item * product.RightBatchStep) + (k * product.RightInnerStep) + (column * product.RightColumnStep)]);
            }

            target[i] = finish(sum) + (product.Accumulates != 0 ? double.CreateChecked(before[i]) : 0);
        }

        return target;
    }

    /// <summary>Fails unless all numbers are near what is expected, relative to at least 1.</summary>
    public static void AssertClose<T>(T[] result, double[] expected, double tolerance, string name) where T : INumber<T>
    {
        Assert.That(result, Has.Length.EqualTo(expected.Length), name);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(double.CreateChecked(result[i]) - expected[i]), allowed = tolerance * Math.Max(1, Math.Abs(expected[i]));
            if (!(difference <= allowed)) Assert.Fail($"{name}: element {i} is {result[i]}, not {expected[i]}");
        }
    }
}
