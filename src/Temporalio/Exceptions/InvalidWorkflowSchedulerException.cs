namespace Temporalio.Exceptions;

/// <summary>Workflow code left its own task scheduler: <c>Task.Run</c>, <c>Task.Delay</c>, a timer or <c>ConfigureAwait(false)</c>.</summary>
public class InvalidWorkflowSchedulerException : InvalidWorkflowOperationException
{
    private readonly string? _stackTrace;

    internal InvalidWorkflowSchedulerException(string message, string? stackTrace)
        : base(message) => _stackTrace = stackTrace;

    /// <summary>Where the call was made.</summary>
    public override string? StackTrace => _stackTrace ?? base.StackTrace;
}
