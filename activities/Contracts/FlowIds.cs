namespace Orchestrator.Activities.Contracts;

/// <summary>Names under which flow control is found.</summary>
public static class FlowIds
{
    /// <summary>Workflow type of semaphores.</summary>
    public const string SemaphoreType = "Semaphore";

    /// <summary>Workflow type of circuit breakers.</summary>
    public const string BreakerType = "Breaker";

    /// <summary>Workflow id of a group's semaphore.</summary>
    public static string Semaphore(string group) => "semaphore/" + group;

    /// <summary>Workflow id of a group's circuit breaker.</summary>
    public static string Breaker(string group) => "breaker/" + group;
}
