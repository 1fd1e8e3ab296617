namespace Adjoint.Models.FlowMatching;

/// <summary>A network that names digits: the judge of what the flow draws. Its last hidden layer gives the features of the Fréchet distance.</summary>
sealed class DigitClassifier : Module
{
    const int Hidden = 256;
    const int Steps = 2500;
    const int Batch = 64;
    const double Rate = 2e-3;
    const double Decay = 0.02;
    const double DropRate = 0.2;
    const double NoiseLevel = 0.1;

    /// <summary>Width of the last hidden layer.</summary>
    public const int FeatureWidth = 64;

    readonly Linear first;
    readonly Linear second;
    readonly Linear last;
    readonly Dropout dropout;

    DigitClassifier(Generator generator)
    {
        first = Child("first", new Linear(Digits.Pixels, Hidden));
        second = Child("second", new Linear(Hidden, FeatureWidth));
        last = Child("last", new Linear(FeatureWidth, Digits.Classes));
        dropout = Child("dropout", new Dropout(DropRate, generator));
    }

    /// <summary>Trains a classifier on the listed images.</summary>
    public static DigitClassifier Train(Digits digits, int[] rows, Key key)
    {
        var generator = new Generator(key.Split("training"));
        var classifier = new DigitClassifier(generator);
        var parameters = new ParameterSet(classifier, key.Split("weights"));
        var optimizer = new AdamW(parameters, Rate, weightDecay: Decay) { Schedule = Schedules.Cosine(Steps, 0.01) };
        var (images, labels) = digits.Take(rows, 0, 1);
        classifier.Training = true;
        Tensor Step()
        {
            Tensor batch = generator.Integers([Batch], 0, rows.Length);
            Tensor x = images.Select(0, batch) + (generator.Normal([Batch, Digits.Pixels]) * NoiseLevel);
            Tensor loss = Losses.CrossEntropy(classifier.last.Forward(classifier.dropout.Forward(classifier.Features(x))), labels.Select(0, batch));
            optimizer.Update(loss);
            return loss;
        }

        optimizer.ApplySchedule(0);
        Plan plan = Plan.Record(Step);
        for (int step = 1; step < Steps; step++)
        {
            optimizer.ApplySchedule(step);
            plan.Run();
        }

        classifier.Training = false;
        return classifier;
    }

    /// <summary>Features [count, 64] of images [count, 64 pixels] in [0, 1].</summary>
    public Tensor Features(Tensor images) => second.Forward(dropout.Forward(first.Forward(images).Relu())).Relu();

    /// <summary>Share of the listed real images that are named rightly.</summary>
    public double Accuracy(Digits digits, int[] rows)
    {
        var (images, labels) = digits.Take(rows, 0, 1);
        return Agreement(images, labels);
    }

    /// <summary>Share of images in [0, 1] whose named digit is their label.</summary>
    public double Agreement(Tensor images, Tensor labels)
    {
        using var pause = Autodiff.Pause();
        return last.Forward(Features(images)).ArgMax(1).Equal(labels).To(DType.F64).Mean().Item();
    }

    /// <summary>The listed real images on the scale that the classifier takes.</summary>
    public static Tensor Scale(Digits digits, int[] rows) => digits.Take(rows, 0, 1).Images;

    /// <summary>Grey levels 0 … 16 on the scale that the classifier takes.</summary>
    public static Tensor Scale(Tensor levels) => levels / Digits.White;
}
