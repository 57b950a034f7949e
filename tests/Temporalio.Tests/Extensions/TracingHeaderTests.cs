using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Extensions.OpenTelemetry;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Extensions;

public sealed class TracingHeaderTests
{
    private static readonly ActivityContext Trace = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "vendor=1", isRemote: true);

    [Fact]
    public void Headers_OfATrace_AreAJsonObjectUnderOneKeyAndComeBack()
    {
        var interceptor = new Opened(new() { Propagator = Propagator() });
        var before = new Dictionary<string, Payload> { ["mine"] = new() };

        var headers = interceptor.Write(before, new(Trace, Baggage.Create(new() { ["user"] = "u1" })));

        Assert.Equal(["_tracer-data", "mine"], headers.Keys.Order());
        Assert.Single(before);
        var payload = headers["_tracer-data"];
        Assert.Equal("json/plain", payload.Metadata["encoding"].ToStringUtf8());
        Assert.Contains($"\"traceparent\":\"00-{Trace.TraceId}-{Trace.SpanId}-01\"", payload.Data.ToStringUtf8());
        var back = interceptor.Read(new Dictionary<string, Payload>(headers))!.Value;
        Assert.Equal((Trace.TraceId, Trace.SpanId, "vendor=1", "u1"), (back.ActivityContext.TraceId, back.ActivityContext.SpanId, back.ActivityContext.TraceState, back.Baggage.GetBaggage("user")));
    }

    [Fact]
    public void Headers_WithoutATrace_StayAsTheyAre()
    {
        var interceptor = new Opened(new() { Propagator = Propagator() });

        Assert.Empty(interceptor.Write(null, default));
        Assert.Null(interceptor.Read(null));
        Assert.Null(interceptor.Read(new Dictionary<string, Payload> { ["mine"] = new() }));
    }

    [Fact]
    public void Tags_WithoutAName_AreLeftOut()
    {
        var options = new TracingInterceptorOptions { TagNameWorkflowId = null, TagNameUpdateId = "u" };

        Assert.Equal([new("u", "2")], new Opened(options).UpdateTags("1", "2"));
        Assert.Equal([new("temporalWorkflowID", "1")], new Opened(null).UpdateTags("1", null));
        options.TagNameUpdateId = "changed later";
        Assert.NotEqual("changed later", new TracingInterceptor(options).Options.TagNameActivityId);
    }

    [Fact]
    public async Task StartActivity_WithoutAWorkflow_IsASpanWhoseTraceIsInTheHeader()
    {
        var source = TracingInterceptor.ClientSource; // first: a source that is made while it is asked for is nobody's yet
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var outer = new Activity("outer").Start();
        await using var server = new FakeFrontend().Answer(
            "StartActivityExecution", StartActivityExecutionRequest.Parser, StartActivityExecutionResponse.Parser, _ => new());
        var client = await server.ConnectAsync(o => o.Interceptors = [new TracingInterceptor(new() { Propagator = Propagator() })]);

        await client.StartActivityAsync("Act", [], new("id", "tq") { StartToCloseTimeout = TimeSpan.FromSeconds(1) });

        var header = server.Last<StartActivityExecutionRequest>().Header.Fields["_tracer-data"].Data.ToStringUtf8();
        Assert.Contains(outer.TraceId.ToString(), header);
        Assert.DoesNotContain(outer.SpanId.ToString(), header);
    }

    [Fact]
    public void AttachFromContext_Nested_RestoresTheOneAround()
    {
        Assert.Null(WorkflowDiagnosticActivity.Current);
        using (var outer = WorkflowDiagnosticActivity.AttachFromContext(Trace, [new("a", 1)]))
        {
            using (var inner = WorkflowDiagnosticActivity.AttachFromContext(default))
            {
                Assert.Same(outer, inner.Parent);
                Assert.Same(inner, WorkflowDiagnosticActivity.Current);
            }

            Assert.Same(outer, WorkflowDiagnosticActivity.Current);
            Assert.Equal((Trace, null), (outer.Context, outer.Activity));
        }

        Assert.Null(WorkflowDiagnosticActivity.Current);
    }

    [Fact]
    public void TrackWorkflowDiagnosticActivity_OutsideOfAWorkflow_Throws() =>
        Assert.Throws<InvalidOperationException>(() => TracingInterceptor.WorkflowsSource.TrackWorkflowDiagnosticActivity("x"));

    private static CompositeTextMapPropagator Propagator() => new([new TraceContextPropagator(), new BaggagePropagator()]);

    private sealed class Opened(TracingInterceptorOptions? options) : TracingInterceptor(options)
    {
        public IDictionary<string, Payload> Write(IDictionary<string, Payload>? headers, PropagationContext trace) => HeadersFromContext(headers, trace);

        public PropagationContext? Read(IReadOnlyDictionary<string, Payload>? headers) => HeadersToContext(headers);

        public IEnumerable<KeyValuePair<string, object?>> UpdateTags(string workflowId, string? updateId) => CreateUpdateTags(workflowId, updateId);
    }
}
