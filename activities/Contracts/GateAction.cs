namespace Orchestrator.Activities.Contracts;

/// <summary>What happens to a dataset's staged rows.</summary>
public enum GateAction
{
    /// <summary>They are published.</summary>
    Publish,

    /// <summary>They are published, and the entry in the ledger says that something is wrong.</summary>
    Warn,

    /// <summary>They wait for somebody's decision.</summary>
    Hold,

    /// <summary>The run fails and publishes nothing.</summary>
    Fail,
}
