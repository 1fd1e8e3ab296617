namespace Adjoint.Models;

/// <summary>
/// A paper's model as the <c>adjoint</c> command sees it: a name, presets, options, and a way to start an experiment. An instance holds nothing but
/// these descriptions, since every listing makes one of each model. A new model is one folder and one line in <see cref="ModelTable"/>.
/// </summary>
public interface IModel
{
    /// <summary>Lower-case words joined by hyphens, as typed after <c>adjoint train</c>.</summary>
    string Name { get; }

    /// <summary>One line: what is learned from what, and the paper.</summary>
    string Summary { get; }

    /// <summary>Named experiments; the first is the default. At least one.</summary>
    IReadOnlyList<Preset> Presets { get; }

    /// <summary>Everything that <c>--set key=value</c> may change.</summary>
    IReadOnlyList<Option> Options { get; }

    /// <summary>Builds an experiment at step 0: loads data, makes parameters. All randomness comes from the configuration's seed.</summary>
    /// <exception cref="DataException">Data are missing or damaged.</exception>
    /// <exception cref="SettingException">Options that are each allowed do not go together.</exception>
    IExperiment Create(RunConfig config);
}
