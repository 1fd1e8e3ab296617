using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Networks with an axis of members in front against as many networks by themselves.</summary>
[TestFixture]
public sealed class EnsembleTests
{
    const int Members = 5, Steps = 12;

    static Mlp Make() => new([4, 16, 3], Activation.Gelu);

    [Test]
    public void An_ensemble_trains_as_its_members_do_alone([Values] bool planned, [Values] bool ownRows)
    {
        var ensemble = new Ensemble<Mlp>(Members, Make);
        var parameters = new ParameterSet(ensemble, Key.FromSeed(3));
        var generator = new Generator(Key.FromSeed(4));
        Tensor x = generator.Normal(ownRows ? [Members, 10, 4] : [10, 4]), y = generator.Normal([Members, 10, 3]);
        var models = new Mlp[Members];
        var losses = new double[Members, Steps];
        var sets = new ParameterSet[Members];
        for (int k = 0; k < Members; k++)
        {
            models[k] = Make();
            sets[k] = new ParameterSet(models[k], Key.FromSeed(0));
            sets[k].Load(ensemble.Member(k));
            var single = new Adam(sets[k], 1e-2);
            for (int step = 0; step < Steps; step++)
            {
                Tensor loss = (models[k].Forward(ownRows ? x[k] : x) - y[k]).Square().Mean();
                single.Update(loss);
                losses[k, step] = loss.Item();
            }
        }

        var optimizer = new Adam(parameters, 1e-2);
        Tensor Step()
        {
            Tensor each = (ensemble.Forward(x) - y).Square().Mean([1, 2]);
            optimizer.Update(each.Sum());
            return each;
        }

        Plan? plan = null;
        for (int step = 0; step < Steps; step++)
        {
            Tensor each;
            if (!planned) each = Step();
            else
            {
                if (plan is null) plan = Plan.Record(Step);
                else plan.Run();
                each = plan.Output;
            }

            float[] found = each.Read<float>();
            for (int k = 0; k < Members; k++) Assert.That(found[k], Is.EqualTo(losses[k, step]).Within(1e-5), $"member {k}, step {step}");
        }

        for (int k = 0; k < Members; k++)
        {
            foreach (var (name, value) in sets[k].State) Assert.That(ensemble.Member(k)[name].Read<float>(), Is.EqualTo(value.Read<float>()).Within(2e-5), $"{k} {name}");
        }
    }

    [Test]
    public void Members_begin_with_numbers_of_their_own_and_the_same_key_with_the_same()
    {
        var first = new Ensemble<Mlp>(3, Make);
        var set = new ParameterSet(first, Key.FromSeed(7));
        var again = new Ensemble<Mlp>(3, Make);
        var other = new ParameterSet(again, Key.FromSeed(7));
        Assert.That(other.Flat.Read<float>(), Is.EqualTo(set.Flat.Read<float>()));
        Assert.That(first.Member(0)["layers.0.weight"].Read<float>(), Is.Not.EqualTo(first.Member(1)["layers.0.weight"].Read<float>()));
        Assert.That(set.Count, Is.EqualTo(3 * Make().ParameterCount));
    }
}
