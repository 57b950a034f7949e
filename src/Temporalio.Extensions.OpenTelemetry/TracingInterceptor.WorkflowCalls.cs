using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using Temporalio.Api.Common.V1;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Extensions.OpenTelemetry;

/// <content>What workflows call.</content>
public partial class TracingInterceptor
{
    private sealed class WorkflowOutbound(TracingInterceptor root, WorkflowOutboundInterceptor next) : WorkflowOutboundInterceptor(next)
    {
        public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => Call(
            $"StartActivity:{input.Activity}", input.Headers, headers => base.ScheduleActivityAsync<TResult>(input with { Headers = headers }));

        public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) => Call(
            $"StartActivity:{input.Activity}", input.Headers, headers => base.ScheduleLocalActivityAsync<TResult>(input with { Headers = headers }));

        public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) => Call(
            $"StartChildWorkflow:{input.Workflow}", input.Headers, headers => base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = headers }));

        public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => Call(
            $"SignalChildWorkflow:{input.Signal}", input.Headers, headers => base.SignalChildWorkflowAsync(input with { Headers = headers }));

        public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) => Call(
            $"SignalExternalWorkflow:{input.Signal}", input.Headers, headers => base.SignalExternalWorkflowAsync(input with { Headers = headers }));

        /// <summary>No span: the next run is a child of this one.</summary>
        public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) =>
            base.CreateContinueAsNewException(input with { Headers = root.HeadersFromContext(input.Headers, Here()) });

        private static PropagationContext Here() => new(WorkflowDiagnosticActivity.Current?.Context ?? default, Baggage.Current);

        private T Call<T>(string name, IDictionary<string, Payload>? headers, Func<IDictionary<string, Payload>, T> call)
        {
            // Inside of a run or handler the tags are inherited; code of other interceptors may have no span around it.
            var tags = WorkflowDiagnosticActivity.Current?.Tags is null ? root.CreateInWorkflowTags() : null;
            using var tracked = WorkflowsSource.TrackWorkflowDiagnosticActivity(name, ActivityKind.Client, tags);
            return call(root.HeadersFromContext(headers, Here()));
        }
    }
}
