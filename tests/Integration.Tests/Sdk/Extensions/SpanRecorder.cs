using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Temporalio.Extensions.OpenTelemetry;

namespace Orchestrator.Integration.Tests.Sdk.Extensions;

/// <summary>Keeps the spans of the interceptor's sources and of one more as OpenTelemetry's library gives them to exporters, and draws them as a tree.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly TracerProvider _provider;

    public SpanRecorder(ActivitySource custom) => _provider = OpenTelemetry.Sdk.CreateTracerProviderBuilder()
        .AddSource(TracingInterceptor.ClientSource.Name, TracingInterceptor.WorkflowsSource.Name, TracingInterceptor.ActivitiesSource.Name, custom.Name)
        .AddProcessor(new Processor(_spans))
        .Build();

    public Activity Single(string name) => _spans.Single(s => s.OperationName == name);

    public string ParentOf(string name) => _spans.Single(s => s.SpanId == Single(name).ParentSpanId).OperationName;

    public IReadOnlyList<Activity> All => [.. _spans];

    /// <summary>One line a span, children two blanks deeper, in the order of their ends; then links and failures.</summary>
    public string Tree()
    {
        var text = new StringBuilder();
        Write(text, default, 0);
        return text.ToString();
    }

    public void Dispose() => _provider.Dispose();

    private void Write(StringBuilder text, ActivitySpanId parent, int depth)
    {
        foreach (var span in _spans.Where(s => s.ParentSpanId == parent).OrderBy(s => s.StartTimeUtc).ThenBy(s => s.OperationName, StringComparer.Ordinal))
        {
            text.Append(' ', depth * 2).Append(span.OperationName);
            foreach (var link in span.Links)
            {
                text.Append($" <- {_spans.Single(s => s.SpanId == link.Context.SpanId).OperationName}");
            }

            foreach (var failure in span.Events.Where(e => e.Name == "exception"))
            {
                text.Append($" ! {failure.Tags.Single(t => t.Key == "exception.message").Value}");
            }

            text.Append('\n');
            Write(text, span.SpanId, depth + 1);
        }
    }

    private sealed class Processor(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }
}
