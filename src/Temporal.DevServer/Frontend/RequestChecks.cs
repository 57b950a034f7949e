using Google.Protobuf;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Checks that many calls share, with the real server's texts.</summary>
internal sealed class RequestChecks(ServerLimits limits)
{
    /// <summary>A workflow id is required, a run id must look like one.</summary>
    public static WorkflowExecution Execution(WorkflowExecution? execution)
    {
        if (execution is null)
        {
            throw ServiceErrors.InvalidArgument("Execution is not set on request.");
        }

        if (execution.WorkflowId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not set on request.");
        }

        if (execution.RunId.Length > 0 && !CommandValidation.IsRunId(execution.RunId))
        {
            throw ServiceErrors.InvalidArgument("Invalid RunId.");
        }

        return execution;
    }

    public void Length(string value, string field)
    {
        if (CommandValidation.Bytes(value) > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument($"{field} length exceeds limit.");
        }
    }

    /// <summary>A queue that a caller may name; parts of one only where <paramref name="partitions"/> says so.</summary>
    public void TaskQueue(TaskQueue? queue, bool partitions = false)
    {
        if (queue is null)
        {
            throw ServiceErrors.InvalidArgument("taskQueue is not set");
        }

        if (queue.Name.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("missing task queue name");
        }

        if (CommandValidation.Bytes(queue.Name) > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument("taskQueue length exceeds limit");
        }

        if (queue.Name == "temporal-sys-per-ns-tq")
        {
            throw ServiceErrors.InvalidArgument("cannot use internal per-namespace task queue:temporal-sys-per-ns-tq");
        }

        if (!partitions && queue.Name.StartsWith("/_sys/", StringComparison.Ordinal))
        {
            throw ServiceErrors.InvalidArgument("task queue name cannot start with reserved prefix /_sys/");
        }
    }

    public void BlobSize(params ReadOnlySpan<IMessage?> blobs)
    {
        foreach (var blob in blobs)
        {
            if (blob is not null && blob.CalculateSize() > limits.BlobSize)
            {
                throw ServiceErrors.InvalidArgument("Blob data size exceeds limit.");
            }
        }
    }

    /// <summary>The token of a handed-out task; a caller that names no namespace gets the token's own.</summary>
    public static TaskToken Token(ByteString token, string? namespaceId)
    {
        if (token.IsEmpty)
        {
            throw ServiceErrors.InvalidArgument("Task token not set on request.");
        }

        TaskToken parsed;
        try
        {
            parsed = TaskToken.Parser.ParseFrom(token);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw ServiceErrors.InvalidArgument("Error deserializing task token.");
        }

        if (parsed.WorkflowId.Length == 0 || parsed.RunId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Error deserializing task token.");
        }

        return namespaceId is null || parsed.NamespaceId == namespaceId
            ? parsed
            : throw ServiceErrors.InvalidArgument("Operation requested with a token from a different namespace.");
    }
}
