using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.Grpc;

namespace Temporal.DevServer.Metrics;

/// <summary>Counts what the server does and writes it as Prometheus text.</summary>
internal sealed class ServerMetrics(HistoryEngine engine, TaskQueues queues)
{
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] Steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    private readonly ConcurrentDictionary<(string Method, GrpcStatusCode Code), Counter> _requests = new();
    private readonly ConcurrentDictionary<string, Histogram> _latency = new(StringComparer.Ordinal);
    private readonly Histogram _commits = new(Steps);

    /// <summary>A call has ended.</summary>
    public void OnCall(GrpcServerCall call, GrpcStatusCode code, TimeSpan elapsed)
    {
        // Names of methods that do not exist come from outside: they must not fill the memory.
        var method = code == GrpcStatusCode.Unimplemented ? "unimplemented" : call.Path[(call.Path.LastIndexOf('/') + 1)..];
        _requests.GetOrAdd((method, code), static _ => new Counter()).Add();
        _latency.GetOrAdd(method, static _ => new Histogram(Seconds)).Observe(elapsed.TotalSeconds);
    }

    /// <summary>The store has made so many steps durable at once.</summary>
    public void OnCommit(int steps) => _commits.Observe(steps);

    /// <summary>All figures as Prometheus text, format 0.0.4.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        Head(text, "temporal_requests_total", "counter", "Calls by method and status.");
        foreach (var ((method, code), count) in _requests.OrderBy(r => r.Key.Method, StringComparer.Ordinal).ThenBy(r => r.Key.Code))
        {
            text.Append(CultureInfo.InvariantCulture, $"temporal_requests_total{{method=\"{method}\",code=\"{code}\"}} {count.Value}\n");
        }

        Head(text, "temporal_request_seconds", "histogram", "Time to answer a call, long polls included.");
        foreach (var (method, latency) in _latency.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            latency.Write(text, "temporal_request_seconds", $"method=\"{method}\"");
        }

        Head(text, "temporal_commit_steps", "histogram", "Steps of runs that one transaction of the store made durable.");
        _commits.Write(text, "temporal_commit_steps", "");
        Head(text, "temporal_open_runs", "gauge", "Runs that are not closed.");
        text.Append(CultureInfo.InvariantCulture, $"temporal_open_runs {engine.OpenRunCount}\n");
        var kinds = queues.Counts();
        Head(text, "temporal_backlog_tasks", "gauge", "Tasks that wait for a worker, by kind of queue.");
        foreach (var (kind, backlog, _) in kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"temporal_backlog_tasks{{kind=\"{kind}\"}} {backlog}\n");
        }

        Head(text, "temporal_pollers", "gauge", "Polls that wait for a task, by kind of queue.");
        foreach (var (kind, _, pollers) in kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"temporal_pollers{{kind=\"{kind}\"}} {pollers}\n");
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}
