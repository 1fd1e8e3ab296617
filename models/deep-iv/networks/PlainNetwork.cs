namespace Adjoint.Models.DeepIv;

/// <summary>The network of the second stage trained on the treatment as it came: a regression that takes what a confounder does for an effect. The baseline of Hartford et al. 2017, section 4.</summary>
public sealed class PlainNetwork : IResponse
{
    readonly NetworkResponse response;

    PlainNetwork(NetworkResponse response) => this.response = response;

    /// <summary>Trains the network.</summary>
    /// <param name="data">The rows; instruments are not used.</param>
    /// <param name="settings">Its second stage's, held-out share and standardisation are used.</param>
    /// <param name="key">Decides first weights, masks and the order of rows.</param>
    public static PlainNetwork Fit(InstrumentData data, DeepIvSettings settings, Key key)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var preparation = Preparation.Of(data, settings);
        var rows = new StageRows(data, preparation, settings.HoldOut, key.Split("hold out"));
        var network = new StageNetwork(rows.Covariates.Shape[1], 1, 1, settings.Response, new Masks(new Generator(key.Split("masks"))));
        Tensor Loss(Tensor batch)
        {
            Tensor embedded = network.Embed(rows.Covariates.Select(0, batch));
            return Losses.MeanSquaredError(network.Forward(embedded, rows.Treatment.Select(0, batch).Unsqueeze(1)).Squeeze(1), rows.Outcome.Select(0, batch));
        }

        double HeldOut()
        {
            using var pause = Autodiff.Pause();
            using var step = Step.Begin();
            return Loss(rows.HeldOutRows).Item();
        }

        var stage = new Stage(network, settings.Response, Loss, rows.HeldOut.Length > 0 ? HeldOut : null, rows.Training, key.Split("weights"));
        while (!stage.IsOver) stage.TrainStep();
        return new PlainNetwork(new NetworkResponse(network, preparation.Scale));
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates) => response.Predict(treatment, covariates);
}
