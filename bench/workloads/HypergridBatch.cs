namespace Adjoint.Bench;

/// <summary>
/// A batch of trajectories on the hypergrid of Bengio et al. 2021: from the origin, each action raises one coordinate or stops. Uniform backward policy. Keeps what a
/// trajectory-balance loss needs: the visited positions, the actions, and log R + log P_B of each trajectory.
/// </summary>
sealed class HypergridBatch(int trajectories, int dimensions, int side)
{
    readonly long[] positions = new long[trajectories * dimensions];
    readonly List<int> live = [];
    readonly List<long> visited = [];
    readonly List<long> actions = [];
    readonly List<long> owners = [];

    /// <summary>log R + log P_B of each trajectory, once it has stopped.</summary>
    public double[] Targets { get; } = new double[trajectories];

    /// <summary>Trajectories that have not stopped.</summary>
    public int Live => live.Count;

    /// <summary>Positions visited, by trajectory and time as they came.</summary>
    public int Visits => actions.Count;

    /// <summary>Puts all trajectories at the origin.</summary>
    public void Reset()
    {
        Array.Clear(positions);
        Array.Clear(Targets);
        visited.Clear();
        actions.Clear();
        owners.Clear();
        live.Clear();
        for (int i = 0; i < trajectories; i++) live.Add(i);
    }

    /// <summary>Positions of the live trajectories, [rows, dimensions]; rows beyond them repeat the origin.</summary>
    public long[] Positions(int rows)
    {
        var result = new long[rows * dimensions];
        for (int row = 0; row < live.Count; row++) Array.Copy(positions, live[row] * dimensions, result, row * dimensions, dimensions);
        return result;
    }

    /// <summary>Moves the live trajectories by one action each; the last action stops.</summary>
    /// <exception cref="BenchException">An action is none, or leaves the grid, which has no probability.</exception>
    public void Move(ReadOnlySpan<long> chosen)
    {
        int kept = 0;
        for (int row = 0; row < live.Count; row++)
        {
            int trajectory = live[row];
            Span<long> position = positions.AsSpan(trajectory * dimensions, dimensions);
            visited.AddRange(position);
            actions.Add(chosen[row]);
            owners.Add(trajectory);
            if (chosen[row] == dimensions)
            {
                Targets[trajectory] += LogReward(position);
                continue;
            }

            if (chosen[row] < 0 || chosen[row] > dimensions || position[(int)chosen[row]] == side - 1)
                throw new BenchException($"action {chosen[row]} at [{string.Join(",", position.ToArray())}] leaves the grid. Are the device's draws right?");
            position[(int)chosen[row]]++;
            int parents = 0;
            foreach (long coordinate in position) parents += coordinate > 0 ? 1 : 0;
            Targets[trajectory] -= Math.Log(parents);
            live[kept++] = trajectory;
        }

        live.RemoveRange(kept, live.Count - kept);
    }

    /// <summary>Visited positions [rows, dimensions], actions and trajectories [rows]; rows beyond the visits stop at the origin in a trajectory that does not exist.</summary>
    public (long[] Positions, long[] Actions, long[] Owners) History(int rows)
    {
        var padded = (Positions: new long[rows * dimensions], Actions: new long[rows], Owners: new long[rows]);
        visited.CopyTo(padded.Positions);
        actions.CopyTo(padded.Actions);
        owners.CopyTo(padded.Owners);
        padded.Actions.AsSpan(actions.Count).Fill(dimensions);
        padded.Owners.AsSpan(owners.Count).Fill(trajectories);
        return padded;
    }

    // R0 = 1e-3, R1 = 0.5, R2 = 2.
    double LogReward(ReadOnlySpan<long> position)
    {
        bool outer = true, ring = true;
        foreach (long coordinate in position)
        {
            double distance = Math.Abs((coordinate / (double)(side - 1)) - 0.5);
            outer &= distance > 0.25;
            ring &= distance is > 0.3 and < 0.4;
        }

        return Math.Log(1e-3 + (outer ? 0.5 : 0) + (ring ? 2 : 0));
    }
}
