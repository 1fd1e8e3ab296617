namespace Adjoint.Models.DeepIv;

/// <summary>
/// DFIV (Xu et al. 2021): two-stage least squares on features that are learned. On one half of the rows features ψ(z, x) are trained to predict features φ(p) by ridge regression; on the other half y is regressed on products of the
/// predicted φ and features ξ(x), and that loss trains ξ, and φ through the closed-form weights of both stages.
/// </summary>
public sealed class FeatureInstrumentalVariables : IResponse
{
    readonly FeatureNetworks networks;
    readonly Tensor weights;

    FeatureInstrumentalVariables(FeatureNetworks networks, Tensor weights, double loss) => (this.networks, this.weights, Loss) = (networks, weights, loss);

    /// <summary>Second-stage loss by row after training, in squared units of the outcome.</summary>
    public double Loss { get; }

    /// <summary>Trains the features and fits the response.</summary>
    /// <param name="data">Rows, used in their own units.</param>
    /// <param name="key">Draws the halves and the first weights.</param>
    /// <param name="settings">Numbers of steps, penalties and rates.</param>
    /// <exception cref="SettingException">There are several treatments or fewer than 4 rows.</exception>
    public static FeatureInstrumentalVariables Fit(InstrumentData data, Key key, FeatureSettings? settings = null)
    {
        Design.Check("DFIV", data);
        settings ??= new FeatureSettings();
        int count = Check.AtLeast(data.Count, 4, "DFIV: the number of rows"), n = count / 2;
        InstrumentData mixed = data.Take(new Generator(key.Split("halves")).Permutation(count));
        Tensor Half(Tensor rows, bool isFirst) => (isFirst ? rows.Slice(0, 0, n) : rows.Slice(0, n)).To(DType.F32).Keep();
        Tensor causes = Design.Join(mixed.Instruments, mixed.Covariates), causes1 = Half(causes, true), causes2 = Half(causes, false);
        Tensor p1 = Half(mixed.Treatment, true), x2 = Half(mixed.Covariates, false), y2 = Half(mixed.Outcome, false);
        var networks = new FeatureNetworks(data.Instruments.Shape[1], data.Covariates.Shape[1], settings, key.Split("weights"));

        // What the first stage predicts for the second half, written once a round for the steps on ξ.
        Tensor predicted = Tensor.Zeros([count - n, settings.TreatmentFeatures]).Keep();
        Tensor Predict()
        {
            Tensor first = networks.First(networks.Instrument(causes1, false), networks.Treatment(p1)).Weights;
            return networks.Instrument(causes2, false).MatMul(first);
        }

        Tensor InstrumentStep()
        {
            Tensor loss = networks.First(networks.Instrument(causes1, true), networks.Treatment(p1).Detach()).Loss;
            networks.InstrumentOptimizer.Update(loss);
            return loss;
        }

        Tensor CovariateStep()
        {
            Tensor loss = networks.Second(FeatureNetworks.Products(predicted, networks.Covariate(x2, true)), y2).Loss;
            networks.CovariateOptimizer!.Update(loss);
            return loss;
        }

        Tensor TreatmentStep()
        {
            Tensor loss = networks.Second(FeatureNetworks.Products(Predict(), networks.Covariate(x2, false)), y2).Loss;
            networks.TreatmentOptimizer.Update(loss);
            return loss;
        }

        var instrumentPlan = new Repeated(InstrumentStep);
        var predictionPlan = new Repeated(() =>
        {
            Predict().Detach().CopyInto(predicted);
            return predicted;
        });
        var covariatePlan = new Repeated(CovariateStep);
        var treatmentPlan = new Repeated(TreatmentStep);
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            instrumentPlan.Run(settings.InstrumentSteps);
            if (networks.CovariateOptimizer is not null)
            {
                predictionPlan.Run(1);
                covariatePlan.Run(settings.CovariateSteps);
            }

            treatmentPlan.Run(settings.TreatmentSteps);
        }

        using var pause = Autodiff.Pause();
        var (weights, loss) = networks.Second(FeatureNetworks.Products(Predict(), networks.Covariate(x2, false)), y2);
        return new(networks, weights.Keep(), loss.Item() / (count - n));
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        Tensor features = FeatureNetworks.Products(networks.Treatment(treatment.To(DType.F32)), networks.Covariate(covariates.To(DType.F32), false));
        return features.MatMul(weights).Squeeze(1).To(DType.F64);
    }

    // A step that is recorded when it first runs.
    sealed class Repeated(Func<Tensor> step)
    {
        Plan? plan;

        public void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                if (plan is null) plan = Plan.Record(step);
                else plan.Run();
            }
        }
    }
}
