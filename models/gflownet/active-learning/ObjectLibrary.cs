namespace Adjoint.Models.GFlowNets;

/// <summary>How far apart two objects are.</summary>
public delegate int ObjectDistance(ReadOnlySpan<long> first, ReadOnlySpan<long> second);

/// <summary>
/// All finished objects of an environment, numbered: the place of an object is its cells read as a number, the first cell the most significant. What is known of each object, an acquisition say, is then a
/// table, and a reward that changes from round to round is the same plan over a table that is written anew.
/// </summary>
public sealed class ObjectLibrary
{
    const int MostObjects = 1 << 22;

    readonly long[] cells;
    readonly int digits;
    readonly int least;
    readonly ObjectDistance distance;
    readonly Tensor powers;

    ObjectLibrary(int width, int digits, int least, Func<Tensor, Tensor> features, ObjectDistance distance)
    {
        double count = Math.Pow(digits, width);
        if (count > MostObjects) throw new SettingException($"ObjectLibrary: {digits}^{width} objects are more than {MostObjects}. Choose a smaller environment.");
        (Cells, this.digits, this.least, this.distance, Count) = (width, digits, least, distance, (int)count);
        cells = new long[Count * width];
        var steps = new long[width];
        for (int i = width - 1, step = 1; i >= 0; i--, step *= digits)
        {
            steps[i] = step;
            for (int place = 0; place < Count; place++) cells[(place * width) + i] = least + (place / step % digits);
        }

        powers = Tensor.From(steps);
        using var pause = Autodiff.Pause();
        Features = features(Tensor.From(cells, [Count, width]));
    }

    /// <summary>Number of objects.</summary>
    public int Count { get; }

    /// <summary>Numbers of an object.</summary>
    public int Cells { get; }

    /// <summary>What surrogates see of each object: f32 [<see cref="Count"/>, features].</summary>
    public Tensor Features { get; }

    /// <summary>An object.</summary>
    public ReadOnlySpan<long> this[int place] => cells.AsSpan(place * Cells, Cells);

    /// <summary>The points of a <see cref="Hypergrid"/>. Features are coordinates in [-1, 1], distances are steps along the axes.</summary>
    /// <exception cref="SettingException">There are more points than fit into memory.</exception>
    public static ObjectLibrary OfGrid(int dimensions, int side) => new(dimensions, side, 0, states => states.To(DType.F32).Affine(2.0 / (side - 1), -1), Steps);

    /// <summary>The finished strings of an <see cref="AutoregressiveString"/>. Features are letters as ones among zeros, distances are edits.</summary>
    /// <exception cref="SettingException">There are more strings than fit into memory.</exception>
    public static ObjectLibrary OfStrings(int length, int letters) =>
        new(length, letters, 1, states => (states - 1).OneHot(letters).Reshape(states.Shape[0], length * letters), EditDistance.Between);

    /// <summary>Places i64 [rows] of states i64 [rows, cells], in tensor ops. A state that is not finished gets the place of one that is.</summary>
    public Tensor PlacesOf(Tensor states)
    {
        RewardChecks.States("ObjectLibrary", states, Cells);
        return ((states - least).Maximum(Tensor.Scalar(0, DType.I64)) * powers).Sum(1);
    }

    /// <summary>The objects at places, i64 [count, cells].</summary>
    public Tensor States(ReadOnlySpan<int> places)
    {
        var rows = new long[places.Length * Cells];
        for (int row = 0; row < places.Length; row++) this[places[row]].CopyTo(rows.AsSpan(row * Cells));
        return Tensor.From<long>(rows, [places.Length, Cells]);
    }

    /// <summary>Distance between the objects at two places.</summary>
    public int Distance(int first, int second) => distance(this[first], this[second]);

    /// <summary>How far each object of a batch is from the others: the mean over all pairs; 0 for a single one.</summary>
    public double MeanPairwiseDistance(ReadOnlySpan<int> places)
    {
        double sum = 0;
        for (int i = 1; i < places.Length; i++)
        {
            for (int j = 0; j < i; j++) sum += Distance(places[i], places[j]);
        }

        return places.Length < 2 ? 0 : sum / (0.5 * places.Length * (places.Length - 1));
    }

    /// <summary>How far objects are from known ones: the mean over the objects of the distance to the nearest known.</summary>
    public double MeanNearestDistance(ReadOnlySpan<int> places, ReadOnlySpan<int> known)
    {
        double sum = 0;
        foreach (int place in places)
        {
            int nearest = int.MaxValue;
            for (int i = 0; i < known.Length && nearest > 0; i++) nearest = Math.Min(nearest, Distance(place, known[i]));
            sum += nearest;
        }

        return sum / places.Length;
    }

    static int Steps(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        long sum = 0;
        for (int i = 0; i < first.Length; i++) sum += Math.Abs(first[i] - second[i]);
        return (int)sum;
    }
}
