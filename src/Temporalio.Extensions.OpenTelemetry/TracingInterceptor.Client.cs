using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using Temporalio.Api.Common.V1;
using Temporalio.Client;
using Temporalio.Client.Interceptors;

namespace Temporalio.Extensions.OpenTelemetry;

/// <content>Calls of clients.</content>
public partial class TracingInterceptor
{
    private sealed class ClientOutbound(TracingInterceptor root, ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
    {
        public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) => CallAsync(
            $"{(input.Options.StartSignal is null ? "StartWorkflow" : "SignalWithStartWorkflow")}:{input.Workflow}",
            root.CreateWorkflowTags(input.Options.Id!),
            trace => base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = root.HeadersFromContext(input.Headers, trace) }));

        public override Task SignalWorkflowAsync(SignalWorkflowInput input) => CallAsync(
            $"SignalWorkflow:{input.Signal}",
            root.CreateWorkflowTags(input.Id),
            trace => base.SignalWorkflowAsync(input with { Headers = root.HeadersFromContext(input.Headers, trace) }));

        public override Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => CallAsync(
            $"QueryWorkflow:{input.Query}",
            root.CreateWorkflowTags(input.Id),
            trace => base.QueryWorkflowAsync<TResult>(input with { Headers = root.HeadersFromContext(input.Headers, trace) }));

        public override Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) => CallAsync(
            $"UpdateWorkflow:{input.Update}",
            root.CreateUpdateTags(input.Id, input.Options.Id),
            trace => base.StartWorkflowUpdateAsync<TResult>(input with { Headers = root.HeadersFromContext(input.Headers, trace) }));

        public override Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input)
        {
            // Without the operation the call fails, by itself and with its own message.
            if (input.Options.StartWorkflowOperation is not { } start)
            {
                return base.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input);
            }

            return CallAsync(
                $"UpdateWithStartWorkflow:{start.Workflow}",
                root.CreateUpdateTags(start.Options.Id!, input.Options.Id),
                trace =>
                {
                    start.Headers = root.HeadersFromContext(start.Headers, trace);
                    return base.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input with { Headers = root.HeadersFromContext(input.Headers, trace) });
                });
        }

        public override Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(StartActivityInput input) => CallAsync(
            $"StartActivity:{input.Activity}",
            root.CreateStandaloneActivityTags(input.Options.Id!),
            trace => base.StartActivityAsync<TResult>(input with { Headers = root.HeadersFromContext(input.Headers, trace) }));

        private static async Task<T> CallAsync<T>(string name, IEnumerable<KeyValuePair<string, object?>> tags, Func<PropagationContext, Task<T>> call)
        {
            using var activity = ClientSource.StartActivity(name, ActivityKind.Client, parentContext: default, tags);
            try
            {
                return await call(Here()).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Record(activity, e);
                throw;
            }
        }

        private static Task CallAsync(string name, IEnumerable<KeyValuePair<string, object?>> tags, Func<PropagationContext, Task> call) => CallAsync(
            name,
            tags,
            async trace =>
            {
                await call(trace).ConfigureAwait(false);
                return true;
            });

        private static PropagationContext Here() => new(Activity.Current?.Context ?? default, Baggage.Current);
    }
}
