namespace Adjoint.Models.DeepIv;

/// <summary>The settings that a configuration asks for.</summary>
static class DeepIvOptions
{
    const int PassesOfCheck = 10;

    /// <summary>Settings for a number of training rows.</summary>
    /// <exception cref="SettingException">Options do not go together.</exception>
    public static DeepIvSettings Of(RunConfig config, int rows, bool hasImages)
    {
        int folds = config.Whole("folds");
        double share = config.Number("response-share");
        long each = share == 0 ? config.Steps / (folds + 1) : (long)(config.Steps * (1 - share) / folds);
        if (each < 1) throw new SettingException($"--steps {config.Steps} is below the {folds + 1} networks to be trained. Train more steps.");
        if (config.Number("average") is > 0 and < 0.01) throw new SettingException($"average={config.Text("average")} is not 0 and below 0.01. Choose 0, or 0.01 to 0.28.");
        if (config.Whole("draws") == 1 && config.Number("variance-penalty") < 1) throw new SettingException("draws=1 gives the upper bound alone. Set draws=2, or variance-penalty=1.");
        if (config.Whole("patience") > 0 && config.Number("hold-out") == 0 && folds == 1) throw new SettingException("patience needs rows that are held out. Set hold-out=0.1.");
        if (config.Text("interval") == "dropout" && config.Number("response-dropout") == 0)
            throw new SettingException("interval=dropout draws functions by dropout, and response-dropout is 0. Set interval=splitting or none, or raise it.");
        double Rate(string option) => config.Number(option) < 0 ? StageSettings.ReleaseDropRate(rows) : config.Number(option);
        StageSettings stage = new()
        {
            Widths = hasImages ? [32] : [128, 64, 32],
            Encoder = hasImages ? new EncoderSettings(DropRate: config.Number("image-dropout"), Penalty: config.Number("image-penalty")) : null,
            Activation = config.Text("activation") switch { "relu" => Activation.Relu, "silu" => Activation.Silu, _ => Activation.Tanh },
            Batch = config.Whole("batch"),
            LearningRate = config.Number("learning-rate"),
            FinalRate = config.Number("final-rate"),
            Average = config.Number("average"),
            Patience = config.Whole("patience"),
            CheckInterval = Math.Max(1, (long)PassesOfCheck * rows / config.Whole("batch")),
        };
        return new DeepIvSettings
        {
            Treatment = stage with { DropRate = Rate("treatment-dropout"), Penalty = config.Number("treatment-penalty"), Steps = each },
            Response = stage with { DropRate = Rate("response-dropout"), Penalty = config.Number("response-penalty"), Steps = config.Steps - (folds * each) },
            Components = config.Whole("components"),
            MostCategories = config.Whole("categories"),
            Draws = config.Whole("draws"),
            VariancePenalty = config.Number("variance-penalty"),
            HoldOut = config.Number("hold-out"),
            StandardizesInputs = config.Flag("standardize"),
            Folds = folds,
        };
    }
}
