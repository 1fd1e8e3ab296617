using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>What the contract of environments promises, as checks that hold for each.</summary>
static class EnvironmentRules
{
    /// <summary>Everything about every state, between the ops on batches and the states that were found one by one.</summary>
    public static void CheckAllStates<TEnvironment>(TEnvironment environment, StateSpace space) where TEnvironment : unmanaged, IEnvironment
    {
        int[] all = [.. Enumerable.Range(0, space.Count)];
        Tensor states = space.Rows(all);
        bool[] allowed = environment.AllowedActions(states).Read<bool>(), back = environment.AllowedBack(states).Read<bool>();
        Assert.That(states.Read<long>(), Has.All.InRange(0, environment.Levels - 1), "cells lie inside the levels");
        var isWay = new bool[space.Count * environment.BackwardActions];
        List<int> parents = [], children = [];
        List<long> actions = [], ways = [];
        for (int state = 0; state < space.Count; state++)
        {
            for (int action = 0; action < environment.Actions; action++)
            {
                int child = space.Child(state, action), way = space.WayBack(state, action);
                Assert.That(allowed[(state * environment.Actions) + action], Is.EqualTo(child != StateSpace.Forbidden));
                if (child == StateSpace.Forbidden) continue;
                Assert.That(way, child >= 0 ? Is.InRange(0, environment.BackwardActions - 1) : Is.EqualTo(-1));
                parents.Add(state);
                actions.Add(action);
                children.Add(child >= 0 ? child : state);
                ways.Add(way);
                if (child < 0) continue;
                Assert.That(isWay[(child * environment.BackwardActions) + way], Is.False, "each way back belongs to one edge");
                isWay[(child * environment.BackwardActions) + way] = true;
            }
        }

        Assert.That(back, Is.EqualTo(isWay), "ways back are allowed where an edge comes in, and nowhere else");
        Tensor from = space.Rows(parents.ToArray()), to = space.Rows(children.ToArray()), taken = Tensor.From<long>([.. actions]), returned = Tensor.From<long>([.. ways]);
        (Tensor next, Tensor foundWays) = environment.Step(from, taken);
        Assert.That(next.Read<long>(), Is.EqualTo(to.Read<long>()), "states behind actions");
        Assert.That(foundWays.Read<long>(), Is.EqualTo(ways), "ways back");
        (Tensor before, Tensor foundActions) = environment.StepBack(next, foundWays);
        Assert.That(before.Read<long>(), Is.EqualTo(from.Read<long>()), "a step and the step back are the identity");
        Assert.That(foundActions.Read<long>(), Is.EqualTo(actions.Zip(ways, static (action, way) => way < 0 ? -1 : action)), "and the step back names the action");
        CheckLengths(environment, space);
    }

    static void CheckLengths<TEnvironment>(TEnvironment environment, StateSpace space) where TEnvironment : struct, IEnvironment
    {
        var level = new int[space.Count];
        int longest = 0;
        bool isLeft = false;
        for (int state = 0; state < space.Count; state++)
        {
            for (int action = 0; action < environment.Actions; action++)
            {
                int child = space.Child(state, action);
                if (child == StateSpace.Forbidden) continue;
                if (child >= 0) level[child] = level[state] + 1;
                else isLeft = true;
                longest = Math.Max(longest, level[state] + 1);
            }
        }

        Assert.That(longest, Is.EqualTo(environment.LongestPath));
        Assert.That(space.Levels, Is.EqualTo(level.Max() + 1));
        bool isFixed = !isLeft && space.Objects.ToArray().All(state => level[state] == longest);
        Assert.That(environment.HasFixedLength, Is.EqualTo(isFixed));
    }

    /// <summary>Random walks forwards to the end, and back by the ways that were returned; at every state the masks are asked too.</summary>
    public static void CheckWalks<TEnvironment>(TEnvironment environment, long seed, int walks = 16) where TEnvironment : unmanaged, IEnvironment
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var generator = new Generator(Key.FromSeed(seed));
        Tensor states = Tensor.Zeros([walks, environment.Cells], DType.I64), none = Tensor.Scalar(double.NegativeInfinity), idle = Tensor.Scalar(-1, DType.I64);
        List<(Tensor States, Tensor Ways, Tensor Actions)> path = [];
        Tensor ended = Tensor.Zeros([walks], DType.Bool);
        for (int step = 0; step <= environment.LongestPath; step++)
        {
            Tensor mask = environment.AllowedActions(states);
            ended = ended.Or(mask.To(DType.I64).Max(1).Equal(0));
            if (ended.Read<bool>().All(static x => x)) break;
            Assert.That(step, Is.LessThan(environment.LongestPath), "a walk is longer than the longest path");
            // Rows without actions draw anything, and are told not to move.
            Tensor drawn = generator.Categorical(TensorMath.Where(mask, Tensor.Zeros(mask.Shape), none).MaskedFill(ended.Reshape([walks, 1]).Expand(mask.Shape), 0));
            Tensor actions = TensorMath.Where(ended, idle, drawn);
            (Tensor next, Tensor ways) = environment.Step(states, actions);
            path.Add((states, ways, TensorMath.Where(ways.Less(0), idle, actions)));
            bool[] back = environment.AllowedBack(next).Read<bool>();
            long[] way = ways.Read<long>();
            for (int row = 0; row < walks; row++) Assert.That(way[row] < 0 || back[(row * environment.BackwardActions) + (int)way[row]], "the way that a step returns is allowed");
            ended = ended.Or(ways.Less(0));
            states = next;
        }

        for (int step = path.Count - 1; step >= 0; step--)
        {
            (Tensor before, Tensor actions) = environment.StepBack(states, path[step].Ways);
            Assert.That(before.Read<long>(), Is.EqualTo(path[step].States.Read<long>()));
            Assert.That(actions.Read<long>(), Is.EqualTo(path[step].Actions.Read<long>()));
            states = before;
        }

        Assert.That(states.Read<long>(), Has.All.Zero, "back at the source");
    }
}
