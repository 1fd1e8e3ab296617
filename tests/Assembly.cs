using NUnit.Framework;

// Engine state (tape, step, recorder) is per thread, so fixtures may run side by side; those that change Settings.Threads do not.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
