using System.Globalization;
using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Triggers;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Triggers;

/// <summary>One pipeline with a schedule, the real ticks and triggers, recorded runs, and a clock that a test moves.</summary>
internal sealed class TriggerBench : IDisposable
{
    public const string Pipeline = "shop";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly SmallWorkspace _workspace = new();

    public TriggerBench(string more, DateTimeOffset now, string unit = "day", string zone = "UTC", string start = "2020-01-01", string? path = null)
    {
        // A history's times are of whole microseconds.
        Clock = new ManualTime(new DateTimeOffset(now.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, now.Offset));
        Lake = new LakeRoot(_workspace.Lake, time: Clock);
        Pipelines = new PipelineFolder(_workspace.Pipelines);
        var hour = unit == "hour" ? "T{HH}" : "";
        _workspace.Write($"pipelines/{Pipeline}/pipeline.yaml", $$"""
            name: {{Pipeline}}
            owner: data-platform
            partitioning: {unit: {{unit}}, column: day, time_zone: {{(unit == "hour" ? "UTC" : zone)}}, start: "{{start}}"}
            sources:
              files: {path: "{{path ?? $"sample/{{yyyy}}-{{MM}}-{{dd}}{hour}.csv"}}"}
            {{more}}
            datasets:
              bronze.{{Pipeline}}: {source: files, key: [_source_uri, _source_row]}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        _workspace.Contract(
            Pipeline,
            $"bronze.{Pipeline}",
            $"id VARCHAR, day {(unit == "hour" ? "TIMESTAMPTZ" : "DATE")}, _source_uri VARCHAR, _source_row BIGINT",
            "    customProperties:\n      - property: headers\n        value: [{name: v1, columns: [{name: id}]}]\n");
        Directory.CreateDirectory(Path.Combine(_workspace.Pipelines, Pipeline, "sample"));
    }

    public ManualTime Clock { get; }

    public LakeRoot Lake { get; }

    public PipelineFolder Pipelines { get; }

    public PipelineSpec Spec => Pipelines.Load(Pipeline);

    public RecordedRuns Runs { get; } = new();

    public OrchestrationServer Server { get; private set; } = null!;

    public WorkflowHandle Trigger => Server.Client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(Pipeline));

    public string[] Began => [.. Runs.Began];

    public void Day(string day, string csv) => _workspace.Write($"pipelines/{Pipeline}/sample/{day}.csv", csv);

    /// <summary>A notification file.</summary>
    public void Notice(string name, string text) => _workspace.Write($"pipelines/{Pipeline}/notices/{name}", text);

    /// <summary>How many notification files there are.</summary>
    public int Notices => Directory.GetFiles(Path.Combine(_workspace.Pipelines, Pipeline, "notices")).Length;

    public async Task WithAsync(Func<Task> body)
    {
        await using var server = await OrchestrationServer.StartAsync(Clock);
        Server = server;
        await WorkAsync(body);
    }

    /// <summary>A worker while something goes on.</summary>
    public Task WorkAsync(Func<Task> body) => Server.WithWorkerAsync(
        o => o.AddWorkflow<PipelineTickWorkflow>().AddWorkflow<TriggerWorkflow>().AddWorkflow<RecordedRuns.Run>().AddWorkflow<BackfillWorkflow>().AddAllActivities(new BackfillActivities(Pipelines, Lake)).AddAllActivities(new TriggerActivities(Pipelines, Lake)).AddAllActivities(Runs),
        body);

    /// <summary>Creates the pipeline's schedule.</summary>
    public Task<ScheduleHandle> ApplyAsync() => Server.Client.CreateScheduleAsync(TickRequest.ScheduleId(Pipeline), PipelineSchedule.Of(Spec, OrchestrationServer.Queue));

    /// <summary>Creates the pipeline's schedule, moves the clock to its first time and waits for the run that it starts.</summary>
    public async Task BeginAsync(DateTimeOffset at)
    {
        await ApplyAsync();
        await TickAsync(at);
        await UntilAsync(() => Began.Length == 1, "the first");
    }

    /// <summary>Moves the clock to a time and waits for the tick of it.</summary>
    public async Task<TickResult> TickAsync(DateTimeOffset at)
    {
        Clock.Advance(at - Clock.GetUtcNow());
        return await TickOfAsync(at);
    }

    /// <summary>Moves the clock to a time, and waits for its tick, for the runs that it starts and for the trigger that has nothing else to do.</summary>
    public async Task<TickResult> TickToEndAsync(DateTimeOffset at)
    {
        var tick = await TickAsync(at);
        await EndOfAsync(tick);
        return tick;
    }

    /// <summary>Waits until all that a tick has started is over.</summary>
    public async Task EndOfAsync(TickResult tick)
    {
        foreach (var run in tick.Runs)
        {
            Assert.Equal("started", run.Outcome);
            await Server.Client.GetWorkflowHandle(new RunRequest(Pipeline, run.Partition).WorkflowId).GetResultAsync<RunResult>();
        }

        if (tick.Runs.Count > 0)
        {
            await Trigger.GetResultAsync<TriggerProgress>();
        }
    }

    /// <summary>The result of a schedule's tick.</summary>
    public async Task<TickResult> TickOfAsync(DateTimeOffset at)
    {
        var handle = Server.Client.GetWorkflowHandle(string.Create(CultureInfo.InvariantCulture, $"{TickRequest.WorkflowId(Pipeline)}-{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await handle.GetResultAsync<TickResult>();
            }
            catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(1);
            }
        }
    }

    /// <summary>Waits until the trigger only waits for time: a clock that is moved lets what is under way time out.</summary>
    /// <param name="open">Whether runs may be open. Default: no.</param>
    public async Task IdleAsync(bool open = false)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var request = new DescribeWorkflowExecutionRequest { Namespace = Server.Client.Options.Namespace, Execution = new() { WorkflowId = Trigger.Id } };
            var seen = await Server.Client.WorkflowService.DescribeWorkflowExecutionAsync(request);
            if (seen.PendingWorkflowTask is null && seen.PendingActivities.Count == 0
                && (await Trigger.QueryAsync<TriggerProgress>("progress", [])) is { LookedAt: not null } progress && (open || progress.Open.Count == 0))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"the trigger is busy: {seen}");
            await Task.Delay(5);
        }
    }

    /// <summary>Moves the clock to the end of the trigger's timer, and not beyond: what begins then would time out.</summary>
    public async Task ToTimerAsync()
    {
        await IdleAsync();
        var timer = (await Trigger.FetchHistoryAsync()).Events.Last(e => e.EventType is EventType.TimerStarted);
        Clock.Advance(timer.EventTime.ToDateTimeOffset() + timer.TimerStartedEventAttributes.StartToFireTimeout.ToTimeSpan() - Clock.GetUtcNow());
    }

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"expected {what}, seen: {string.Join(' ', Began)}");
            await Task.Delay(5);
        }
    }

    public Task EndAsync(string partition) => Server.Client.GetWorkflowHandle(new RunRequest(Pipeline, partition).WorkflowId).SignalAsync("end", []);

    /// <summary>A run begins to wait for a decision; the trigger knows when this returns.</summary>
    public async Task HoldAsync(string partition)
    {
        await Server.Client.GetWorkflowHandle(new RunRequest(Pipeline, partition).WorkflowId).SignalAsync("hold", [partition]);
        await Server.UntilAsync<TriggerProgress>(Trigger, p => p.Held.Contains(partition));
    }

    public void Dispose() => _workspace.Dispose();

    public static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
