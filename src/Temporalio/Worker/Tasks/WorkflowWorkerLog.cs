using Microsoft.Extensions.Logging;

namespace Temporalio.Worker.Tasks;

/// <summary>Messages about workflow tasks; event ids 3100 to 3199.</summary>
internal static partial class WorkflowWorkerLog
{
    [LoggerMessage(3100, LogLevel.Warning, "Failing workflow task of '{WorkflowType}' (id '{WorkflowId}', run '{RunId}'), attempt {Attempt}")]
    internal static partial void TaskFailed(ILogger logger, Exception exception, string workflowType, string workflowId, string runId, int attempt);

    [LoggerMessage(3101, LogLevel.Warning, "Workflow task of '{WorkflowId}' (run '{RunId}') could not be worked off, its timeout will tell the server")]
    internal static partial void TaskDropped(ILogger logger, Exception exception, string workflowId, string runId);

    [LoggerMessage(3102, LogLevel.Debug, "The server does not take the completion of '{WorkflowId}' (run '{RunId}'): {Reason}")]
    internal static partial void CompletionUnwanted(ILogger logger, string workflowId, string runId, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "Completion of a workflow task of '{WorkflowId}' (run '{RunId}') was refused")]
    internal static partial void CompletionFailed(ILogger logger, Exception exception, string workflowId, string runId);

    [LoggerMessage(3104, LogLevel.Error, "Workflow '{WorkflowId}' (run '{RunId}') came back after it was given up as stuck")]
    internal static partial void Stuck(ILogger logger, Exception exception, string workflowId, string runId);

    [LoggerMessage(3105, LogLevel.Warning, "Query '{Query}' of '{WorkflowId}' failed")]
    internal static partial void QueryFailed(ILogger logger, Exception exception, string query, string workflowId);
}
