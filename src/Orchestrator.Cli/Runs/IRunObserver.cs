namespace Orchestrator.Cli.Runs;

/// <summary>Who wants to know how a batch goes on. Called from several threads.</summary>
internal interface IRunObserver
{
    /// <summary>A partition's workflow is there.</summary>
    void Started(string partition);

    /// <summary>A partition's run has begun a step.</summary>
    void Step(string partition, string step);

    /// <summary>A partition's run has ended.</summary>
    void Ended(RunOutcome outcome);
}
