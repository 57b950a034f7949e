using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Temporal.DevServer.Schedules.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>Waiting starts get their turn, and workflows that closed make room for them.</summary>
internal sealed partial class ScheduleMachine
{
    private void ProcessBuffer()
    {
        // A start that is not answered yet decides whether something runs.
        while (Record.PendingStarts.Count == 0)
        {
            Record.RetryBuffer = false;
            if (_refresh)
            {
                NoticeClosed();
            }

            if (Record.Schedule.Action.StartWorkflow is null)
            {
                Record.BufferedStarts.Clear();
            }

            if (Record.BufferedStarts.Count == 0 || !ProcessOnce())
            {
                return;
            }
        }
    }

    /// <summary>Decides on the buffer once.</summary>
    /// <returns>Starts were dropped, so that others may have their turn at once.</returns>
    private bool ProcessOnce()
    {
        var decision = OverlapDecision.Of(Record.BufferedStarts, Info.RunningWorkflows.Count > 0, Record.Schedule.Policies.OverlapPolicy);
        Record.BufferedStarts.Clear();
        Record.BufferedStarts.AddRange(decision.Waiting);
        Info.OverlapSkipped += decision.Skipped;
        var dropped = false;
        foreach (var start in decision.Tracked is null ? decision.Untracked : decision.Untracked.Append(decision.Tracked))
        {
            dropped |= !TryStart(start, tracked: start == decision.Tracked);
        }

        foreach (var running in decision.Cancel || decision.Terminate ? Info.RunningWorkflows : [])
        {
            _commands.Add(decision.Terminate
                ? new ScheduleCommand.Terminate(running.WorkflowId, running.RunId, "terminated by schedule overlap policy", Identity)
                : new ScheduleCommand.Cancel(running.WorkflowId, running.RunId, "cancelled by schedule overlap policy", Identity));
        }

        Record.RetryBuffer |= dropped;
        return dropped;
    }

    private bool TryStart(BufferedStart start, bool tracked)
    {
        if (!MayStart(start.Manual))
        {
            return false;
        }

        if (!start.Manual && State.LimitedActions)
        {
            State.RemainingActions--;
            Record.ConflictToken++;
        }

        var pending = new PendingStart { Id = ++Record.StartCount, Start = start, Tracked = tracked, WorkflowId = $"{Record.Schedule.Action.StartWorkflow.WorkflowId}-{NominalText(start)}" };
        Record.PendingStarts.Add(pending);
        _commands.Add(new ScheduleCommand.Start(pending.Id, Request(pending)));
        return true;
    }

    private void NoticeClosed()
    {
        _refresh = false;
        foreach (var closed in Record.ClosedWorkflows)
        {
            if (Info.RunningWorkflows.FirstOrDefault(running => running.RunId == closed.FirstRunId) is { } running)
            {
                Info.RunningWorkflows.Remove(running);
            }

            if (Info.RecentActions.FirstOrDefault(action => action.StartWorkflowResult?.RunId == closed.FirstRunId) is { } recent)
            {
                recent.StartWorkflowStatus = closed.Status;
            }

            PauseAfter(closed);
            if (closed.Result is not null)
            {
                Record.LastCompletionResult = closed.Result;
                Record.ContinuedFailure = null;
            }
            else if (closed.Failure is not null)
            {
                Record.ContinuedFailure = closed.Failure; // the last result stays
            }
        }

        Record.ClosedWorkflows.Clear();
    }

    private void PauseAfter(ClosedWorkflow closed)
    {
        if (Record.Schedule.Policies.PauseOnFailure && !State.Paused)
        {
            SetPaused(
                closed.Status switch
                {
                    WorkflowExecutionStatus.Failed => $"paused due to workflow failure: {closed.WorkflowId}: {closed.Failure?.Message}",
                    WorkflowExecutionStatus.TimedOut => $"paused due to workflow timeout: {closed.WorkflowId}",
                    _ => null,
                },
                paused: true);
        }
    }

    private static string NominalText(BufferedStart start) => start.NominalTime.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private StartWorkflowExecutionRequest Request(PendingStart pending)
    {
        var (start, action) = (pending.Start, Record.Schedule.Action.StartWorkflow.Clone());
        var attributes = action.SearchAttributes ?? new SearchAttributes();
        attributes.IndexedFields["TemporalScheduledStartTime"] = Attribute(IndexedValueType.Datetime, NominalText(start));
        attributes.IndexedFields["TemporalScheduledById"] = Attribute(IndexedValueType.Keyword, Record.ScheduleId);
        var carries = start.OverlapPolicy != ScheduleOverlapPolicy.AllowAll;
        return new StartWorkflowExecutionRequest
        {
            Namespace = Record.Namespace,
            WorkflowId = pending.WorkflowId,
            WorkflowType = action.WorkflowType,
            TaskQueue = action.TaskQueue,
            Input = action.Input,
            WorkflowExecutionTimeout = action.WorkflowExecutionTimeout,
            WorkflowRunTimeout = action.WorkflowRunTimeout,
            WorkflowTaskTimeout = action.WorkflowTaskTimeout,
            Identity = Identity,
            RequestId = RequestIds.From($"{Record.NamespaceId}-{Record.ScheduleId}-{Info.CreateTime.Seconds}.{Info.CreateTime.Nanos:D9}-{pending.Id}"),
            WorkflowIdReusePolicy = start.Manual ? WorkflowIdReusePolicy.AllowDuplicate : WorkflowIdReusePolicy.RejectDuplicate,
            RetryPolicy = action.RetryPolicy,
            Memo = action.Memo,
            SearchAttributes = attributes,
            Header = action.Header,
            LastCompletionResult = carries ? Record.LastCompletionResult : null,
            ContinuedFailure = carries ? Record.ContinuedFailure : null,
            UserMetadata = action.UserMetadata,
            Priority = action.Priority,
        };
    }

    private static Payload Attribute(IndexedValueType type, string text) => new()
    {
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(text)),
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain"), ["type"] = ByteString.CopyFromUtf8(type.ToString()) },
    };
}
