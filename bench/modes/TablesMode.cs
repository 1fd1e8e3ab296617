namespace Adjoint.Bench;

/// <summary>Rewrites the tables of README.md and bench/results/README.md from the results beside the latter; with <c>--check</c> it only says whether they are what it would write.</summary>
static class TablesMode
{
    public static bool Run(Output output)
    {
        bool same = true;
        string results = Path.Combine(Checkout.Root, "bench", "results");
        foreach (string path in (string[])["README.md", Path.Combine("bench", "results", "README.md")])
        {
            string full = Path.Combine(Checkout.Root, path), text = File.ReadAllText(full).ReplaceLineEndings("\n"), rewritten = Tables.Rewrite(text, results);
            if (rewritten == text) continue;
            if (output.Options.Check)
            {
                same = false;
                Console.Error.WriteLine($"bench tables: {path} differs from the results. Run 'bench tables'.");
            }
            else File.WriteAllText(full, rewritten);
        }

        return same;
    }
}
