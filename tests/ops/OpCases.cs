namespace Adjoint.Tests.Ops;

/// <summary>The table of cases: one list, read by the modes test, grad, plan and support.</summary>
public static partial class OpCases
{
    // Lazy, since the families' tables of shapes are static fields of other files, in no order.
    static readonly Lazy<IReadOnlyList<OpCase>> all = new(() =>
        [
            .. Unary(), .. Binary(), .. Integers(), .. Compare(), .. Reductions(), .. Rowwise(), .. RowDerivatives(), .. Products(), .. Indexing(), .. HotRows(), .. Moves(),
            .. Creation(),
            .. Triangles(),
            .. Factors(),
            .. TriangularSystems(),
            .. Spectra(),
            .. Rectangles(),
            .. Convolutions(),
            .. Sorting(),
            .. Scans(),
            .. Places(),
            .. Distances(),
            .. Segments(),
            .. Attentions(),
            .. Windows(),
            .. Transforms(),
            .. RealTransforms(),
        ]);

    /// <summary>Every case.</summary>
    public static IReadOnlyList<OpCase> All => all.Value;

    /// <summary>Cases small enough to differentiate by every element.</summary>
    public static IEnumerable<OpCase> Small => All.Where(one => !one.IsLarge);

    /// <summary>Ops that write into existing tensors, or draw random numbers, with the tests that cover them.</summary>
    public static IReadOnlyDictionary<string, string> CoveredElsewhere { get; } = new Dictionary<string, string>
    {
        ["copy_into"] = nameof(InPlaceTests.Copy_into_a_view_writes_the_places_that_the_view_shows),
        ["copy_rows_into"] = nameof(Gpu.CopyRowsTests.Rows_are_put_at_their_places_and_the_last_of_equal_places_stays),
        ["allowed_actions"] = nameof(Gpu.EnvironmentTests.Masks_and_steps_follow_the_rules_of_a_corridor_on_every_device),
        ["allowed_back"] = nameof(Gpu.EnvironmentTests.Masks_and_steps_follow_the_rules_of_a_corridor_on_every_device),
        ["draw_actions"] = nameof(Gpu.EnvironmentTests.Draws_are_those_of_masked_and_tempered_logits_with_exploration),
        ["step_states"] = nameof(Gpu.EnvironmentTests.Masks_and_steps_follow_the_rules_of_a_corridor_on_every_device),
        ["step_back"] = nameof(Gpu.EnvironmentTests.Masks_and_steps_follow_the_rules_of_a_corridor_on_every_device),
        ["transfer"] = nameof(Gpu.DeviceTrainingTests.Tensors_move_between_devices_with_their_derivatives),
        ["advance_random"] = nameof(RandomTests.Each_draw_moves_the_counter_on_by_the_blocks_it_used),
        ["random_uniform"] = nameof(RandomTests.Fills_have_the_numbers_that_the_stream_defines),
        ["random_normal"] = nameof(RandomTests.Normal_and_gumbel_numbers_have_their_moments),
        ["random_gumbel"] = nameof(RandomTests.Normal_and_gumbel_numbers_have_their_moments),
        ["random_integers"] = nameof(RandomTests.Fills_have_the_numbers_that_the_stream_defines),
        ["random_bernoulli"] = nameof(RandomTests.Fills_have_the_numbers_that_the_stream_defines),
        ["random_permutation"] = nameof(RandomTests.A_permutation_holds_each_number_once_and_follows_the_key),
        ["random_categorical"] = nameof(RandomTests.Categorical_frequencies_follow_the_softmax),
        ["random_gamma"] = nameof(RandomTests.Gamma_numbers_have_their_moments),
        ["random_poisson"] = nameof(RandomTests.Poisson_counts_have_the_law_of_their_mean),
        ["pack"] = nameof(ParameterSetTests.Packing_puts_gradients_of_any_layout_where_their_parameters_lie),
        ["count_step"] = nameof(OptimizerTests.Adam_follows_the_scalar_recurrence),
        ["clip_scale"] = nameof(OptimizerTests.Clipping_scales_the_gradient_as_a_whole_to_the_norm),
        ["update_sgd"] = nameof(OptimizerTests.Sgd_follows_the_scalar_recurrence),
        ["update_adam"] = nameof(OptimizerTests.Adam_follows_the_scalar_recurrence),
        ["update_lion"] = nameof(OptimizerTests.Lion_follows_the_scalar_recurrence),
        ["update_rmsprop"] = nameof(OptimizerTests.RmsProp_follows_the_scalar_recurrence),
        ["update_adagrad"] = nameof(OptimizerTests.Adagrad_follows_the_scalar_recurrence),
        ["update_average"] = nameof(WeightAverageTests.An_exponential_average_starts_from_the_parameters_and_follows_its_recurrence),
        ["exchange"] = nameof(WeightAverageTests.A_swap_shows_the_average_and_gives_both_back_to_the_bit),
    };

    static Func<Values[], Values> Map(Func<double, double> f) => x => x[0].Map(f);

    static Func<Values[], Values> Zip(Func<double, double, double> f) => x => Values.Zip(x[0], x[1], f);
}
