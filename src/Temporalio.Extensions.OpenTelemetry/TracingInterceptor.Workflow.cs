using System.Diagnostics;
using OpenTelemetry;
using Temporalio.Api.Common.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Extensions.OpenTelemetry;

/// <content>What reaches workflows. No await here leaves the workflow's scheduler.</content>
public partial class TracingInterceptor
{
    private sealed class WorkflowInbound(TracingInterceptor root, WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
    {
        public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new WorkflowOutbound(root, outbound));

        public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
        {
            using var caller = new Caller(root);
            using var run = Track($"RunWorkflow:{Workflow.Info.WorkflowType}", null);
            var complete = $"CompleteWorkflow:{Workflow.Info.WorkflowType}";
            try
            {
#pragma warning disable CA2007 // Workflow code stays on its scheduler.
                var result = await base.ExecuteWorkflowAsync(input);
#pragma warning restore CA2007
                WorkflowsSource.TrackWorkflowDiagnosticActivity(complete).Dispose();
                return result;
            }
            catch (Exception e) when (e is not ContinueAsNewException)
            {
                Failed(complete, Workflow.Info.WorkflowType, e);
                throw;
            }
        }

        public override async Task HandleSignalAsync(HandleSignalInput input)
        {
            using var caller = new Caller(root);
            using var signal = Track($"HandleSignal:{input.Signal}", input.Headers);
            try
            {
#pragma warning disable CA2007 // Workflow code stays on its scheduler.
                await base.HandleSignalAsync(input);
#pragma warning restore CA2007
            }
            catch (Exception e) when (e is not ContinueAsNewException)
            {
                // A failing signal fails the workflow.
                Failed($"CompleteWorkflow:{Workflow.Info.WorkflowType}", Workflow.Info.WorkflowType, e);
                throw;
            }
        }

        public override object? HandleQuery(HandleQueryInput input)
        {
            using var caller = new Caller(root);
            return Within($"HandleQuery:{input.Query}", input.Headers, evenOnReplay: true, () => base.HandleQuery(input));
        }

        public override void ValidateUpdate(HandleUpdateInput input)
        {
            using var caller = new Caller(root);
            Within(
                $"ValidateUpdate:{input.Update}",
                input.Headers,
                evenOnReplay: false,
                () =>
                {
                    base.ValidateUpdate(input);
                    return true;
                });
        }

        public override async Task<object?> HandleUpdateAsync(HandleUpdateInput input)
        {
            using var caller = new Caller(root);
            using var update = Track($"HandleUpdate:{input.Update}", input.Headers);
            try
            {
#pragma warning disable CA2007 // Workflow code stays on its scheduler.
                return await base.HandleUpdateAsync(input);
#pragma warning restore CA2007
            }
            catch (Exception e) when (e is not ContinueAsNewException)
            {
                Failed($"CompleteUpdate:{input.Update}", input.Update, e);
                throw;
            }
        }

        /// <summary>A failure is a span of its own: the one of the run or handler may belong to another process. What is no failure of Temporal's only fails the task.</summary>
        private static void Failed(string complete, string name, Exception e) => WorkflowsSource.TrackWorkflowDiagnosticActivity(
            e is FailureException or OperationCanceledException ? complete : $"WorkflowTaskFailure:{name}",
            updateActivity: activity => Record(activity, e)).Dispose();

        private WorkflowDiagnosticActivity Track(string name, IReadOnlyDictionary<string, Payload>? callHeaders) => WorkflowsSource.TrackWorkflowDiagnosticActivity(
            name, ActivityKind.Server, root.CreateInWorkflowTags(), Links(callHeaders), inheritParentTags: false);

        /// <summary>Queries and validators cannot be interrupted, so their span lasts as long as they do and holds their own failure.</summary>
        private T Within<T>(string name, IReadOnlyDictionary<string, Payload>? callHeaders, bool evenOnReplay, Func<T> call)
        {
            using var tracked = WorkflowsSource.StartTracked(name, ActivityKind.Server, root.CreateInWorkflowTags(), Links(callHeaders), evenOnReplay, inheritParentTags: false);
            try
            {
                return call();
            }
            catch (Exception e)
            {
                Record(tracked.Activity, e);
                throw;
            }
            finally
            {
                tracked.Activity?.Stop();
            }
        }

        private List<ActivityLink> Links(IReadOnlyDictionary<string, Payload>? callHeaders) =>
            callHeaders is not null && root.HeadersToContext(callHeaders) is { ActivityContext: var context } && context != default ? [new(context)] : [];
    }

    /// <summary>The trace that started the workflow, as the parent of everything in it.</summary>
    private sealed class Caller : IDisposable
    {
        private readonly Baggage _baggage = Baggage.Current;
        private readonly WorkflowDiagnosticActivity? _attached;

        public Caller(TracingInterceptor root)
        {
            if (root.HeadersToContext(Workflow.Info.Headers) is { } trace)
            {
                Baggage.Current = trace.Baggage;
                _attached = WorkflowDiagnosticActivity.AttachFromContext(trace.ActivityContext);
            }
        }

        public void Dispose()
        {
            _attached?.Dispose();
            Baggage.Current = _baggage;
        }
    }
}
