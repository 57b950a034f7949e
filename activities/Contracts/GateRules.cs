namespace Orchestrator.Activities.Contracts;

/// <summary>Names of rules that hold for every pipeline, beside those of contracts: each has an action of its own.</summary>
public static class GateRules
{
    /// <summary>A source file says what a file of another partition says.</summary>
    public const string SameContent = "wrong_day.same_content";

    /// <summary>No row happened in its partition.</summary>
    public const string NoEvent = "wrong_day.no_event";

    /// <summary>The partition was sealed before its inputs changed.</summary>
    public const string Sealed = "window.sealed";
}
