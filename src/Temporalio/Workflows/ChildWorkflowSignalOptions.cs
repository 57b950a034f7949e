namespace Temporalio.Workflows;

/// <summary>Options of a signal to a child workflow.</summary>
public class ChildWorkflowSignalOptions : ICloneable
{
    /// <summary>Cancels waiting for the delivery, and the signal itself while it was not sent. Default: the token of the workflow.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>Shallow copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
