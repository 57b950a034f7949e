using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using Temporalio.Activities;
using Temporalio.Api.Common.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Extensions.OpenTelemetry;

/// <summary>
/// Writes a span for every call of a client, workflow and activity, and carries the trace between them in a header that all SDKs understand. Give it to the client;
/// workers made from that client have it too. Spans of workflows are written once and not again in replay.
/// </summary>
public partial class TracingInterceptor : IClientInterceptor, IWorkerInterceptor
{
    /// <summary>Source of the spans of clients.</summary>
    public static readonly ActivitySource ClientSource = new("Temporalio.Extensions.OpenTelemetry.Client");

    /// <summary>Source of the spans of workflows.</summary>
    public static readonly ActivitySource WorkflowsSource = new("Temporalio.Extensions.OpenTelemetry.Workflow");

    /// <summary>Source of the spans of activities.</summary>
    public static readonly ActivitySource ActivitiesSource = new("Temporalio.Extensions.OpenTelemetry.Activity");

    /// <summary>Source of the spans of Nexus operations.</summary>
    public static readonly ActivitySource NexusSource = new("Temporalio.Extensions.OpenTelemetry.Nexus");

    /// <summary>Creates an interceptor.</summary>
    /// <param name="options">Options; copied. Default: those of a new object.</param>
    public TracingInterceptor(TracingInterceptorOptions? options = null) =>
        Options = (TracingInterceptorOptions)(options ?? new()).Clone();

    /// <summary>Options of the interceptor; not to be changed.</summary>
    public TracingInterceptorOptions Options { get; init; }

    /// <inheritdoc/>
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new ClientOutbound(this, nextInterceptor);

    /// <inheritdoc/>
    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new WorkflowInbound(this, nextInterceptor);

    /// <inheritdoc/>
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new ActivityInbound(this, nextInterceptor);

    /// <summary>Writes a trace into headers.</summary>
    /// <param name="headers">The headers so far; not changed.</param>
    /// <param name="ctx">The trace.</param>
    /// <returns>New headers.</returns>
    protected virtual IDictionary<string, Payload> HeadersFromContext(IDictionary<string, Payload>? headers, PropagationContext ctx)
    {
        var result = headers is null ? [] : new Dictionary<string, Payload>(headers);
        var carrier = Inject(ctx);
        if (carrier.Count > 0)
        {
            // Always the default form: every SDK reads this header without the user's converter.
            result[Options.HeaderKey] = DataConverter.Default.PayloadConverter.ToPayload(carrier);
        }

        return result;
    }

    /// <summary>Writes a trace into the headers of a Nexus operation.</summary>
    /// <param name="headers">The headers so far; not changed.</param>
    /// <param name="ctx">The trace.</param>
    /// <returns>New headers.</returns>
    protected virtual IDictionary<string, string> HeadersFromContext(IDictionary<string, string>? headers, PropagationContext ctx)
    {
        var result = headers is null ? [] : new Dictionary<string, string>(headers);
        foreach (var (key, value) in Inject(ctx))
        {
            result[key] = value;
        }

        return result;
    }

    /// <summary>Reads a trace from headers.</summary>
    /// <param name="headers">The headers; null for none.</param>
    /// <returns>The trace; null when the headers have none.</returns>
    protected virtual PropagationContext? HeadersToContext(IReadOnlyDictionary<string, Payload>? headers) =>
        headers is not null && headers.TryGetValue(Options.HeaderKey, out var payload)
            ? Extract(DataConverter.Default.PayloadConverter.ToValue<Dictionary<string, string>>(payload))
            : null;

    /// <summary>Reads a trace from the headers of a Nexus operation.</summary>
    /// <param name="headers">The headers; null for none.</param>
    /// <returns>The trace; null when the headers have none.</returns>
    protected virtual PropagationContext? HeadersToContext(IReadOnlyDictionary<string, string>? headers) => headers is null ? null : Extract(headers);

    /// <summary>Tags of a client's call on a workflow.</summary>
    /// <param name="workflowId">The workflow's id.</param>
    /// <returns>The tags.</returns>
    protected virtual IEnumerable<KeyValuePair<string, object?>> CreateWorkflowTags(string workflowId) => Tags((Options.TagNameWorkflowId, workflowId));

    /// <summary>Tags of a client's update.</summary>
    /// <param name="workflowId">The workflow's id.</param>
    /// <param name="updateId">The update's id; null when the client chose none.</param>
    /// <returns>The tags.</returns>
    protected virtual IEnumerable<KeyValuePair<string, object?>> CreateUpdateTags(string workflowId, string? updateId) =>
        [.. CreateWorkflowTags(workflowId), .. Tags((Options.TagNameUpdateId, updateId))];

    /// <summary>Tags of a client's call on an activity without workflow.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <returns>The tags.</returns>
    protected virtual IEnumerable<KeyValuePair<string, object?>> CreateStandaloneActivityTags(string activityId) => Tags((Options.TagNameActivityId, activityId));

    /// <summary>Tags of spans written in a workflow; called there.</summary>
    /// <returns>The tags.</returns>
    protected virtual IEnumerable<KeyValuePair<string, object?>> CreateInWorkflowTags() =>
        Tags((Options.TagNameWorkflowId, Workflow.Info.WorkflowId), (Options.TagNameRunId, Workflow.Info.RunId));

    /// <summary>Tags of spans written in an activity; called there.</summary>
    /// <returns>The tags.</returns>
    protected virtual IEnumerable<KeyValuePair<string, object?>> CreateInActivityTags()
    {
        var info = ActivityExecutionContext.Current.Info;
        return Tags(
            (Options.TagNameWorkflowId, info.WorkflowId), (Options.TagNameRunId, info.WorkflowRunId), (Options.TagNameActivityId, info.ActivityId));
    }

    private static List<KeyValuePair<string, object?>> Tags(params ReadOnlySpan<(string? Name, string? Value)> tags)
    {
        List<KeyValuePair<string, object?>> result = [];
        foreach (var (name, value) in tags)
        {
            if (name is not null && value is not null)
            {
                result.Add(new(name, value));
            }
        }

        return result;
    }

    private static void Record(Activity? activity, Exception e)
    {
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        activity?.AddException(e);
    }

    private Dictionary<string, string> Inject(PropagationContext context)
    {
        Dictionary<string, string> carrier = [];
        Options.Propagator.Inject(context, carrier, static (c, key, value) => c[key] = value);
        return carrier;
    }

    private PropagationContext? Extract(IEnumerable<KeyValuePair<string, string>>? carrier)
    {
        if (carrier is null)
        {
            return null;
        }

        var context = Options.Propagator.Extract(
            default,
            carrier,
            static (c, key) => [.. c.Where(h => string.Equals(h.Key, key, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)]);
        return context == default ? null : context;
    }
}
