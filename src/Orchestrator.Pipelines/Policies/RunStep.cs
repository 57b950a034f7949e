namespace Orchestrator.Pipelines.Policies;

/// <summary>The steps of a run that can be tried again.</summary>
public enum RunStep
{
    /// <summary>Finding out what is to do, inputs pinned.</summary>
    Plan,

    /// <summary>Copying source files into the raw store.</summary>
    Land,

    /// <summary>Loading raw files as rows.</summary>
    Load,

    /// <summary>Running a model.</summary>
    Transform,

    /// <summary>Checking staged rows against the contract.</summary>
    Audit,

    /// <summary>Committing to the table.</summary>
    Publish,

    /// <summary>Writing the run into the catalog.</summary>
    Record,
}
