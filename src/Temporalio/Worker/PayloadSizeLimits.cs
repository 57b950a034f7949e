using Microsoft.Extensions.Logging;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Client;
using Temporalio.Converters;

namespace Temporalio.Worker;

/// <summary>What a worker refuses to send because the namespace would, and what it logs as large.</summary>
internal sealed class PayloadSizeLimits(string ns, PayloadLimitsOptions warn, bool refuses, ILogger logger)
{
    private volatile NamespaceInfo.Types.Limits? _limits;

    /// <summary>Takes over the limits of the namespace.</summary>
    internal void Learn(NamespaceInfo.Types.Limits? limits) => _limits = limits;

    /// <summary>Why a size must not be sent; null when it may be.</summary>
    internal string? Problem(PayloadSize? size)
    {
        if (size is null)
        {
            return null;
        }

        var limit = (size.IsMemo ? _limits?.MemoSizeLimitError : _limits?.BlobSizeLimitError) ?? 0;
        if (refuses && limit > 0 && size.Bytes > limit)
        {
            return size.Over(limit, $"namespace '{ns}'");
        }

        var large = size.IsMemo ? warn.MemoWarnSize : warn.PayloadsWarnSize;
        if (large > 0 && size.Bytes > large)
        {
            WorkerLog.LargePayload(logger, size.What, size.Bytes);
        }

        return null;
    }

    /// <summary>Why the first of some commands must not be sent; null when all may be.</summary>
    internal string? Problem(IEnumerable<Command> commands) => commands.SelectMany(SizesOf).Select(Problem).FirstOrDefault(p => p is not null);

    private static IEnumerable<PayloadSize?> SizesOf(Command command) => command.AttributesCase switch
    {
        Command.AttributesOneofCase.ScheduleActivityTaskCommandAttributes when command.ScheduleActivityTaskCommandAttributes is var a =>
            [PayloadSize.Of($"Arguments of activity '{a.ActivityType.Name}' with id '{a.ActivityId}'", a.Input)],
        Command.AttributesOneofCase.StartChildWorkflowExecutionCommandAttributes when command.StartChildWorkflowExecutionCommandAttributes is var c =>
            [PayloadSize.Of($"Arguments of child workflow '{c.WorkflowType.Name}' with id '{c.WorkflowId}'", c.Input), PayloadSize.Of($"Values of the memo of child workflow '{c.WorkflowId}'", c.Memo)],
        Command.AttributesOneofCase.SignalExternalWorkflowExecutionCommandAttributes when command.SignalExternalWorkflowExecutionCommandAttributes is var s =>
            [PayloadSize.Of($"Arguments of signal '{s.SignalName}' to workflow '{s.Execution?.WorkflowId}'", s.Input)],
        Command.AttributesOneofCase.ContinueAsNewWorkflowExecutionCommandAttributes when command.ContinueAsNewWorkflowExecutionCommandAttributes is var n =>
            [PayloadSize.Of("Arguments of the run to continue as", n.Input), PayloadSize.Of("Values of the memo of the run to continue as", n.Memo)],
        Command.AttributesOneofCase.CompleteWorkflowExecutionCommandAttributes =>
            [PayloadSize.Of("Bytes of the result of the workflow", command.CompleteWorkflowExecutionCommandAttributes.Result)],
        Command.AttributesOneofCase.FailWorkflowExecutionCommandAttributes =>
            [PayloadSize.Of("Bytes of the failure of the workflow", command.FailWorkflowExecutionCommandAttributes.Failure)],
        Command.AttributesOneofCase.ModifyWorkflowPropertiesCommandAttributes =>
            [PayloadSize.Of("Values of the upserted memo", command.ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo)],
        Command.AttributesOneofCase.RecordMarkerCommandAttributes when command.RecordMarkerCommandAttributes is var m =>
            m.Details.Select(d => PayloadSize.Of($"Details '{d.Key}' of marker '{m.MarkerName}'", d.Value)),
        _ => [],
    };
}
