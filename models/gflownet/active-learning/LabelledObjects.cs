namespace Adjoint.Models.GFlowNets;

/// <summary>The data D of active learning: objects with their labels, in the order in which they were labelled, none twice.</summary>
public sealed class LabelledObjects
{
    readonly List<int> places = [];
    readonly List<double> labels = [];
    readonly bool[] isLabelled;

    /// <summary>No data yet.</summary>
    /// <param name="library">The objects that there are.</param>
    public LabelledObjects(ObjectLibrary library)
    {
        ArgumentNullException.ThrowIfNull(library);
        isLabelled = new bool[library.Count];
    }

    /// <summary>Number of objects.</summary>
    public int Count => places.Count;

    /// <summary>Their places in the library.</summary>
    public IReadOnlyList<int> Places => places;

    /// <summary>Their labels.</summary>
    public IReadOnlyList<double> Labels => labels;

    /// <summary>Whether an object of the library has a label.</summary>
    public bool Contains(int place) => isLabelled[place];

    /// <summary>Takes a label in.</summary>
    /// <exception cref="SettingException">The object has one already, or the label is not finite.</exception>
    public void Add(int place, double label)
    {
        if (isLabelled[place]) throw new SettingException($"LabelledObjects: object {place} has a label already. Choose among those without.");
        if (!double.IsFinite(label)) throw new SettingException($"LabelledObjects: the label of object {place} is {label}. Give finite numbers.");
        isLabelled[place] = true;
        places.Add(place);
        labels.Add(label);
    }

    /// <summary>Places of the objects of largest label, largest first; of equal ones the earlier first.</summary>
    public int[] Best(int count) => [.. Enumerable.Range(0, Count).OrderByDescending(i => labels[i]).Take(count).Select(i => places[i])];

    /// <summary>Mean of the largest labels.</summary>
    public double TopMean(int count) => labels.OrderDescending().Take(count).Average();

    /// <summary>Places of the objects of the library that have no label, in order.</summary>
    public int[] Unlabelled() => [.. Enumerable.Range(0, isLabelled.Length).Where(place => !isLabelled[place])];
}
