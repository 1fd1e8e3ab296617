namespace Adjoint.Models.DeepIv;

/// <summary>
/// Estimates of the second stage's loss L = mean (y - E h)², E over the treatment's law, from S draws of h a row. With r = y - h of a draw, the mean over pairs of different draws
/// U = ((Σ r)² - Σ r²)/(S (S - 1)) has expectation L, and its gradient that of L: residual and derivative come from independent draws, each pair in both roles. The mean square Σ r²/S has
/// expectation L + Var h, the upper bound of Jensen's inequality. The loss is U + λ (Σ r²/S - U), of expectation L + λ Var h; the square of the mean residual is the member λ = 1/S. Hartford et al.
/// 2017, section 3.2.
/// </summary>
static class ResponseLoss
{
    /// <summary>The loss, a scalar.</summary>
    /// <param name="outcome">y [rows].</param>
    /// <param name="response">h [draws, rows].</param>
    /// <param name="variancePenalty">λ: 0 for the unbiased estimate, 1 for the upper bound.</param>
    /// <exception cref="SettingException">One draw allows the upper bound alone.</exception>
    public static Tensor Of(Tensor outcome, Tensor response, double variancePenalty)
    {
        int draws = response.Shape[0];
        Tensor residual = outcome - response;
        if (variancePenalty == 1) return residual.Square().Mean();
        if (draws < 2) throw new SettingException("One draw of the treatment gives the upper bound alone. Set draws to 2 or more, or the penalty to 1.");

        // U + λ (M - U) with M the mean square: (1 - λ) (Σ r)²/(S (S - 1)) + (λ - (1 - λ)/(S - 1)) M.
        double pairs = (1 - variancePenalty) / (draws - 1);
        return (pairs / draws * residual.Sum(0).Square().Mean()) + ((variancePenalty - pairs) * residual.Square().Mean());
    }

    /// <summary>The loss with the integral as a sum: mean (y - Σ w h)² for h and weights w [nodes, rows].</summary>
    public static Tensor OfSum(Tensor outcome, Tensor response, Tensor weights) => (outcome - (weights * response).Sum(0)).Square().Mean();
}
