namespace Adjoint.Kernels;

/// <summary>
/// The gamma distribution of scale one: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. Shapes below one by that of one more, times u^(1/shape). NaN for a
/// shape that is not positive.
/// </summary>
public readonly struct GammaLaw : IRejectionLaw
{
    const int MostAttempts = 64;

    public static int Blocks => 1 + (2 * MostAttempts);

    public static double Sample<TSource>(double parameter, TSource source, long first) where TSource : struct, IBlockSource
    {
        if (!(parameter > 0)) return double.NaN;
        double boosted = parameter < 1 ? parameter + 1 : parameter, d = boosted - (1.0 / 3), c = 1 / Math.Sqrt(9 * d), sample = d;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            PhiloxBlock normal = source.Block(first + 1 + (2 * attempt)), uniform = source.Block(first + 2 + (2 * attempt));
            Transforms.BoxMuller(new Scalar64(BlockUniforms.First(normal)), new Scalar64(BlockUniforms.Second(normal) - 0.5), out Scalar64 z, out _);
            double root = 1 + (c * z.Value);
            if (!(root > 0)) continue;
            double v = root * root * root;
            double bound = (0.5 * z.Value * z.Value) + (d * (1 - v + Elementary.LogOf(v)));
            if (!(Elementary.LogOf(BlockUniforms.First(uniform)) < bound)) continue;
            sample = d * v;
            break;
        }

        return parameter < 1 ? sample * Elementary.ExpOf(Elementary.LogOf(BlockUniforms.First(source.Block(first))) / parameter) : sample;
    }
}
