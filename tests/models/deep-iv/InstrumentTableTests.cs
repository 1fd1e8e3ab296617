using Adjoint.Models;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>Tables as users have them: names, missing values, levels, and what is wrong with them said in one line.</summary>
sealed class InstrumentTableTests
{
    // p follows z, y follows p; region and married are names, age is a number with a hole, group repeats z.
    const string Good = """
        id,"the outcome",p,z,region,married,age
        1,1.5,1,0,north,yes,30
        2,2.5,2,1,south,no,41
        3,2.0,1.5,0,"east, far",yes,NA
        4,3.5,3,1,north,no,52
        5,1.0,0.5,0,south,yes,23
        6,3.0,2.5,1,"east, far",no,64
        7,,2.5,1,"east, far",no,61
        8,2.2,1.9,0,north,yes,35
        9,3.4,2.8,1,south,yes,47
        10,1.9,1.2,0,"east, far",no,58
        11,2.8,2.2,1,north,no,29
        12,1.1,0.8,0,south,yes,33
        """;

    string folder = "";

    [SetUp]
    public void MakeAFolder() => folder = Directory.CreateTempSubdirectory("adjoint-table-").FullName;

    [TearDown]
    public void RemoveTheFolder() => Directory.Delete(folder, recursive: true);

    string Write(string text, string name = "table.csv")
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    InstrumentTable Read(string text, string treatment = "p", string outcome = "the outcome", string instruments = "z", string covariates = "", string categorical = "") =>
        InstrumentTable.Read(Write(text), InstrumentColumns.Parse(treatment, outcome, instruments, covariates, categorical));

    void Fails<TException>(string expected, string text, string treatment = "p", string outcome = "the outcome", string instruments = "z", string covariates = "")
        where TException : AdjointException
    {
        string message = Assert.Throws<TException>(() => Read(text, treatment, outcome, instruments, covariates))!.Message;
        Assert.That(message, Does.Contain(expected));
        Assert.That(message, Does.Not.Contain("\n"));
        TestContext.Out.WriteLine(message);
    }

    [Test]
    public void NamesBecomeIndicatorsAndRowsWithHolesAreLeftOut()
    {
        InstrumentTable table = Read(Good, covariates: "region,married,age");
        Assert.That((table.Rows, table.Data.Count), Is.EqualTo((12, 10)));
        Assert.That(table.Encoder.Names.Covariates, Is.EqualTo(new[] { "region=east, far", "region=north", "region=south", "married=no", "married=yes", "age" }));
        Assert.That(table.Encoder.LinearNames.Covariates, Is.EqualTo(new[] { "region=north", "region=south", "married=yes", "age" }));
        Assert.That(table.Data.Covariates.At(0, 2).Read<double>(), Is.EqualTo(new double[] { 0, 1, 0, 1, 0, 52 }), "the row with id 4");
        Assert.That(table.Linear.Covariates.At(0, 2).Read<double>(), Is.EqualTo(new double[] { 1, 0, 0, 52 }));
        Assert.That(table.Data.Outcome.Read<double>(), Is.EqualTo(new[] { 1.5, 2.5, 3.5, 1.0, 3.0, 2.2, 3.4, 1.9, 2.8, 1.1 }));
        Assert.That(table.Notes[0], Is.EqualTo("2 of 12 rows lack a value and are left out (the outcome 1, age 1)."));
        Assert.That(table.Notes[1], Is.EqualTo("The covariate 'region' is an indicator for each of 3 levels; linear fits leave out 'east, far'."));
        Assert.That(table.Notes[^1], Does.StartWith("First stage: F(1, 4) = "));
    }

    [Test]
    public void WithoutCovariatesOnlyRowsThatMatterAreLeftOut()
    {
        InstrumentTable table = Read(Good);
        Assert.That(table.Data.Count, Is.EqualTo(11));
        Assert.That(table.Data.Covariates.Shape, Is.EqualTo(Adjoint.Shape.Create([11, 0])));
        var fit = TwoStageLeastSquares.Fit(table.Linear, table.Encoder.LinearNames);

        // With one binary instrument the estimate is Wald's: the difference of mean outcomes by that of mean treatments.
        double[] y = table.Data.Outcome.Read<double>(), p = table.Data.Treatment.Read<double>(), z = table.Data.Instruments.Read<double>();
        double Difference(double[] values) => values.Where((_, i) => z[i] == 1).Average() - values.Where((_, i) => z[i] == 0).Average();
        Assert.That(fit.Estimate.Effect.Estimate, Is.EqualTo(Difference(y) / Difference(p)).Within(1e-12));
    }

    [Test]
    public void CodesMayBeTakenAsNames()
    {
        string text = "y,p,z,code\n" + string.Concat(Enumerable.Range(0, 30).Select(static i => FormattableString.Invariant($"{i % 7},{(i % 5) + (i % 2)},{i % 2},{i % 3}\n")));
        InstrumentTable table = Read(text, "p", "y", "z", "code", "code");
        Assert.That(table.Encoder.Names.Covariates, Is.EqualTo(new[] { "code=0", "code=1", "code=2" }));
        Assert.That(Read(text, "p", "y", "z", "code").Encoder.Names.Covariates, Is.EqualTo(new[] { "code" }));
    }

    [Test]
    public void ATreatmentOfTwoNamesIsZeroAndOne()
    {
        InstrumentTable table = Read(Good, treatment: "married", covariates: "p");
        Assert.That(table.Data.Treatment.Read<double>()[..3], Is.EqualTo(new double[] { 1, 0, 1 }));
        Assert.That(table.Notes, Has.Some.EqualTo("The treatment 'married' is 0 for 'no' and 1 for 'yes'."));
    }

    [Test]
    public void NewRowsAreReadAsTheModelsOwnAlsoAfterSaving()
    {
        InstrumentTable table = Read(Good, covariates: "region,married,age");
        var writer = new CheckpointWriter();
        table.Encoder.Save(writer);
        var restored = TableEncoder.Load(new CheckpointReader(new Dictionary<string, Tensor>(), writer.Scalars));
        string path = Write("age,married,region,p\n40,no,south,2\n50,yes,,1\n60,yes,north,3\n", "new.csv");
        foreach (TableEncoder encoder in new[] { table.Encoder, restored })
        {
            EncodedRows rows = encoder.Encode(path);
            Assert.That(rows.Kept, Is.EqualTo(new[] { 0, 2 }), "the second lacks its region");
            Assert.That(rows.Count, Is.EqualTo(3));
            Assert.That(rows.Treatment.Read<double>(), Is.EqualTo(new double[] { 2, 3 }));
            Assert.That(rows.Covariates.Read<double>(), Is.EqualTo(new double[] { 0, 0, 1, 1, 0, 40, 0, 1, 0, 0, 1, 60 }));
            Assert.That(encoder.LinearCovariates(rows.Covariates).Read<double>(), Is.EqualTo(new double[] { 0, 1, 0, 40, 1, 0, 1, 60 }));
        }

        string unknown = Assert.Throws<DataException>(() => restored.Encode(Write("age,married,region,p\n40,no,west,2\n", "new.csv")))!.Message;
        Assert.That(unknown, Does.Contain("row 1 of column 'region' holds 'west', which is none of its levels east, far, north, south."));
        string absent = Assert.Throws<DataException>(() => restored.Encode(Write("age,maried,region,p\n40,no,west,2\n", "new.csv")))!.Message;
        Assert.That(absent, Does.Contain("has no column 'married'. Did you mean 'maried'?"));
    }

    [Test]
    public void ADamagedEncoderIsRefused([Values("", "[]", "{}", """{"treatment":[{"name":1}]}""", """{"treatment":[{"name":"p","levels":["a","b","c"]}],"outcome":[{"name":"y"}],"instruments":[],"covariates":[],"linear_instruments":[],"linear_covariates":[]}""",
        """{"treatment":[{"name":"p"}],"outcome":[{"name":"y"}],"instruments":[{"name":"z"}],"covariates":[],"linear_instruments":[1],"linear_covariates":[]}""")] string text)
    {
        var reader = new CheckpointReader(new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["table"] = text });
        Assert.That(Assert.Throws<DataException>(() => TableEncoder.Load(reader))!.Message, Does.Contain("'table'"));
    }

    [Test]
    public void WhatIsWrongIsSaidInOneLineWithItsFigure()
    {
        Fails<DataException>("has no column 'educ'. Its columns are id, the outcome, p, z, region, married, age.", Good, treatment: "educ");
        Fails<DataException>("has no column 'regoin'. Did you mean 'region'?", Good, covariates: "regoin");
        Fails<DataException>("instrument 'z' is 1 in all 3 rows in use, so it cannot move the treatment.", "y,p,z\n1,2,1\n2,3,1\n3,5,1\n", outcome: "y");
        Fails<DataException>("treatment 'p' is 2 in all 3 rows in use.", "y,p,z\n1,2,1\n2,2,0\n3,2,1\n", outcome: "y");
        Fails<SettingException>("2 columns are named as treatment (p,age), one is supported.", Good, treatment: "p,age");
        Fails<SettingException>("'p' is named as the treatment and as a covariate.", Good, covariates: "p");
        Fails<SettingException>("No instrument is named.", Good, instruments: "");
        Fails<DataException>("treatment 'region' holds 3 different texts, numbers or two are supported.", Good, treatment: "region");
        Fails<DataException>("row 3 of column 'p' holds 'abc', where numbers are expected.", "y,p,z\n1,2,1\n2,,0\n3,abc,1\n4,5,0\n", outcome: "y");
        Fails<DataException>("row 2 of column 'y' holds '-1e60', beyond 1e50.", "y,p,z\n1,2,1\n-1e60,3,0\n3,4,1\n4,5,0\n", outcome: "y");
        Fails<DataException>("no row has a value in every column in use; 'z' lacks 2 of 3.", "y,p,z\n1,2,\n2,NA,1\n3,4,.\n", outcome: "y");
        Fails<DataException>("3 complete rows for a constant, 1 instruments and 1 covariates, at least 5 are needed.", "y,p,z,x\n1,2,1,3\n2,3,0,1\n3,5,1,4\n", outcome: "y", covariates: "x");
        Fails<DataException>("every instrument is a linear combination of covariates (z).", "y,p,z,x\n1,2,1,3\n2,3,0,1\n3,5,1,3\n4,6,0,1\n5,5,0,1\n2,1,1,3\n", outcome: "y", covariates: "x");
        Fails<DataException>("treatment 'p' is a linear combination of instruments and covariates.", "y,p,z\n1,2,1\n2,3,2\n3,5,4\n4,6,5\n5,5,4\n2,1,0\n", outcome: "y");
        Fails<DataException>("has a header and no rows.", "y,p,z\n", outcome: "y");
        Fails<DataException>("has two columns 'p'.", "y,p,z,p\n1,2,1,1\n2,3,0,2\n", outcome: "y");
        Assert.That(Assert.Throws<DataException>(() => InstrumentTable.Read(Path.Combine(folder, "none.csv"), "p", "y", ["z"], []))!.Message, Does.Contain("none.csv"));
    }

    [Test]
    public void ColumnsThatLinearFitsCannotTakeAreNamed()
    {
        string text = "y,p,z,x,twice,same\n" + string.Concat(Enumerable.Range(0, 40).Select(static i => FormattableString.Invariant($"{i % 7},{(i % 5) + (i % 2)},{i % 2},{i % 3},{2 * (i % 3)},4\n")));
        InstrumentTable table = Read(text, "p", "y", "z", "x,twice,same");
        Assert.That(table.Notes, Has.Some.EqualTo("Linear fits leave out the covariate 'twice', a linear combination of the columns before it."));
        Assert.That(table.Notes, Has.Some.EqualTo("The covariate 'same' is 4 in all 40 rows in use and is left out."));
        Assert.That(table.Encoder.Names.Covariates, Is.EqualTo(new[] { "x", "twice" }));
        Assert.That(table.Encoder.LinearNames.Covariates, Is.EqualTo(new[] { "x" }));
        IResponse fit = table.Encoder.OnAllColumns(TwoStageLeastSquares.Fit(table.Linear, table.Encoder.LinearNames));
        Assert.That(fit.Predict(table.Data.Treatment, table.Data.Covariates).Count, Is.EqualTo(40));
    }

    [Test]
    public void WeakInstrumentsAreNotedWithTheirFigure()
    {
        var draws = new Generator(Key.FromSeed(4));
        double[] noise = draws.Normal([200, 3], DType.F64).Read<double>();
        string text = "y,p,z\n" + string.Concat(Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{noise[3 * i]},{noise[(3 * i) + 1]},{noise[(3 * i) + 2]}\n")));
        InstrumentTable table = Read(text, "p", "y");
        Assert.That(table.Strength.IsWeak, Is.True);
        Assert.That(table.Notes[^1], Does.StartWith("Weak instruments: first-stage F(1, 198) = ").And.Contain("F below 10 is weak"), "seed 4");
    }

    [Test]
    public void StandardisationIsKeptAndUndone()
    {
        InstrumentTable table = Read(Good, covariates: "region,age");
        Standardization scale = Standardization.Of(table.Data);
        InstrumentData standard = scale.Apply(table.Data);
        Assert.That(standard.Covariates.Mean(0).Read<double>(), Is.All.EqualTo(0).Within(1e-14));
        Assert.That(standard.Covariates.Square().Mean(0).Read<double>(), Is.All.EqualTo(1).Within(1e-14));
        Assert.That(scale.Outcome.Undo(standard.Outcome).Read<double>(), Is.EqualTo(table.Data.Outcome.Read<double>()).Within(1e-14));
        var writer = new CheckpointWriter();
        scale.Save(writer);
        var reader = new CheckpointReader(writer.Tensors.ToDictionary(static one => one.Name, static one => one.Value), writer.Scalars);
        Assert.That(Standardization.Load(reader).Apply(table.Data).Covariates.Read<double>(), Is.EqualTo(standard.Covariates.Read<double>()));
        Tensor constant = Tensor.Full([7, 1], 0.1, DType.F64);
        Assert.That(ColumnScale.Of(constant).Apply(constant).Read<double>(), Is.All.EqualTo(0).Within(1e-15), "a column that does not vary is left in its unit");
    }
}
