using System.Globalization;
using System.Text.Json.Nodes;
using Integration.Tests.Runs;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Pipelines;
using Orchestrator.Workflows;

namespace Integration.Tests.Orchestration;

/// <summary>
/// What the <c>temporal</c> tool's calls do to our workflows is what our own do: each scene is played by both, on a lake of its own, and ends in the same answers and the same rows.
/// </summary>
public sealed class TemporalToolTests
{
    private const string Pipeline = "shop";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task PipelineRun_HeldAndApproved_IsTheSame() => PlayAsync(
        "quality: {on_error: hold, approvers: [ann]}",
        "    quality:\n      - {name: many, metric: rowCount, mustBeGreaterThan: 100, severity: error}\n",
        async (_, calls, said) =>
        {
            const string id = "run/shop/2024-05-01";
            await calls.StartAsync("PipelineRun", id, new { pipeline = Pipeline, partition = "2024-05-01" });
            await UntilAsync(calls, id, "progress", p => p["held"] is JsonObject { Count: > 0 });
            said(Text((await calls.QueryAsync(id, "holds"))[0]!, "dataset", "version", "reminders"));
            said((await calls.UpdateAsync(id, "approve", new { by = "bob", reason = "because" })).ToString());
            said(Text(await calls.UpdateAsync(id, "approve", new { by = "ann", reason = "known gap" }), "kind", "by", "reason"));
            said(Text(await calls.ResultAsync(id), "status"));
        });

    [Fact]
    public Task Backfill_ApprovedByItsHashAndChangedLive_IsTheSame() => PlayAsync("", "", async (_, calls, said) =>
    {
        const string id = "backfill/shop/may";
        await calls.StartAsync("Backfill", id, new { pipeline = Pipeline, name = "may", from = "2024-05-01", to = "2024-05-03" });
        var plan = (await UntilAsync(calls, id, "progress", p => p["plan"] is JsonObject && p["phase"]!.ToString() != "planning"))["plan"]!;
        said(Text(plan, "count"));
        said((await calls.UpdateAsync(id, "approve", "0123")).ToString().Split('.')[0][..20]);
        said(Text(await calls.UpdateAsync(id, "set-concurrency", 2), "concurrency", "published"));
        said(Text(await calls.UpdateAsync(id, "skip", "2024-05-02"), "skipped", "failed"));
        await calls.UpdateAsync(id, "approve", plan["hash"]!.ToString());
        said(Text(await calls.ResultAsync(id), "published", "skipped", "failed", "rows"));
    });

    [Fact]
    public Task PartitionWindow_ToldOfFiles_IsTheSame() => PlayAsync("lateness: {dataset: silver.sales, watermark: day, allowed: 3000d, seal_after: 3001d, quiet: 1s}", "", async (stage, calls, said) =>
    {
        const string id = "window/shop/2024-05-01";
        var window = new { pipeline = Pipeline, partition = "2024-05-01" };
        await calls.SignalWithStartAsync("PartitionWindow", id, window, "late", new { uri = stage.Day(1) });
        said(Text(await UntilAsync(calls, id, "state", s => s["restateCount"]!.GetValue<int>() == 1 && s["pending"]!.AsArray().Count == 0), "phase", "arrivals", "restateCount", "restatedRows"));
        stage.Workspace.Day(Pipeline, 1, "id,amount\n1,100\n2,51");
        await calls.SignalAsync(id, "late", new { uri = stage.Day(1) });
        said(Text(await UntilAsync(calls, id, "state", s => s["restateCount"]!.GetValue<int>() == 2 && s["pending"]!.AsArray().Count == 0), "phase", "arrivals", "restateCount", "restatedRows"));
        said((await calls.UpdateAsync(id, "extend", new { until = "2020-01-01T00:00:00Z", by = "ann", reason = "why" })).ToString());
    });

    [Fact]
    public Task Trigger_PausedAndResumed_IsTheSame() => PlayAsync("triggers: {arrival: {files: {poll: 1h}}}", "", async (_, calls, said) =>
    {
        const string id = "trigger/shop";
        await calls.StartAsync("Trigger", id, new { pipeline = Pipeline });
        await UntilAsync(calls, id, "progress", p => p["recent"] is JsonArray { Count: >= 3 } && p["open"] is JsonObject { Count: 0 });
        said(Text(await calls.UpdateAsync(id, "pause", "stocktaking"), "paused", "pipeline"));
        await calls.SignalAsync(id, "published", new { pipeline = "other", partition = "2024-05-01" });
        said(Text(await calls.QueryAsync(id, "progress"), "paused"));
        said(Text(await calls.UpdateAsync(id, "resume"), "paused", "pipeline"));
    });

    [Fact]
    public async Task Start_SentTwice_IsOneRunByItsRequestIdAndRefusedByAnother()
    {
        await using var stage = await Stage.OpenAsync("quality: {on_error: hold}", "    quality:\n      - {name: many, metric: rowCount, mustBeGreaterThan: 100, severity: error}\n", c => new ToolCalls(c));
        await stage.WorkAsync(async () =>
        {
            var tool = (ToolCalls)stage.Calls;
            var (id, input, request) = ("run/shop/2024-05-01", new { pipeline = Pipeline, partition = "2024-05-01" }, Guid.NewGuid().ToString());
            var first = await tool.StartAsync("PipelineRun", id, input, request);
            Assert.Equal(first.RunId, (await tool.StartAsync("PipelineRun", id, input, request)).RunId);
            var refused = await Assert.ThrowsAnyAsync<Temporalio.Exceptions.RpcException>(() => tool.StartAsync("PipelineRun", id, input));
            Assert.Equal(Temporalio.Exceptions.RpcException.StatusCode.AlreadyExists, refused.Code);
        });
    }

    private static async Task PlayAsync(string more, string rules, Func<Stage, ICaller, Action<string>, Task> scene)
    {
        var played = new List<(List<string> Said, IReadOnlyList<string> Rows)>();
        foreach (var caller in new Func<Temporalio.Client.TemporalClient, ICaller>[] { c => new OwnCalls(c), c => new ToolCalls(c) })
        {
            await using var stage = await Stage.OpenAsync(more, rules, caller);
            var said = new List<string>();
            await stage.WorkAsync(() => scene(stage, stage.Calls, said.Add));
            played.Add((said, await stage.RowsAsync()));
        }

        Assert.NotEmpty(played[0].Rows);
        Assert.Equal(played[0].Said, played[1].Said);
        Assert.Equal(played[0].Rows, played[1].Rows);
    }

    private static async Task<JsonNode> UntilAsync(ICaller calls, string id, string query, Func<JsonNode, bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await calls.QueryAsync(id, query);
            if (condition(seen))
            {
                return seen;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Still {seen}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string Text(JsonNode node, params string[] fields) => string.Join(", ", fields.Select(f => $"{f} {node[f]?.ToJsonString() ?? "-"}"));

    /// <summary>A shop of three days with a lake, a server, a worker and somebody who calls.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly DuckDbPool _engines = new(2);
        private readonly OrchestrationServer _server;
        private readonly LakeRoot _lake;

        private Stage(SmallWorkspace workspace, OrchestrationServer server, ICaller calls)
        {
            (Workspace, _server, Calls) = (workspace, server, calls);
            _lake = new LakeRoot(workspace.Lake);
        }

        public SmallWorkspace Workspace { get; }

        public ICaller Calls { get; }

        public static async Task<Stage> OpenAsync(string more, string rules, Func<Temporalio.Client.TemporalClient, ICaller> caller)
        {
            var workspace = new SmallWorkspace();
            workspace.Pipeline(Pipeline, "id, amount", "silver.sales: {model: models/silver.sales.sql, key: [id]}", more);
            workspace.Contract(Pipeline, "silver.sales", "id BIGINT, amount BIGINT, day DATE", rules);
            workspace.Model(Pipeline, "silver.sales", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
            foreach (var day in Enumerable.Range(1, 3))
            {
                workspace.Day(Pipeline, day, string.Create(CultureInfo.InvariantCulture, $"id,amount\n{day},100\n{day + 10},5{day}"));
            }

            var server = await OrchestrationServer.StartAsync();
            return new Stage(workspace, server, caller(server.Client));
        }

        public string Day(int day) => Workspace.At(string.Create(CultureInfo.InvariantCulture, $"pipelines/{Pipeline}/sample/2024-05-{day:D2}.csv"));

        public Task WorkAsync(Func<Task> body)
        {
            var folder = new PipelineFolder(Workspace.Pipelines);
            return _server.WithWorkerAsync(
                o => o.AddWorkflow<PipelineRunWorkflow>().AddWorkflow<BackfillWorkflow>().AddWorkflow<PartitionWindowWorkflow>().AddWorkflow<TriggerWorkflow>()
                    .AddAllActivities(new PipelineActivities(folder, _lake, _engines)).AddAllActivities(new BackfillActivities(folder, _lake))
                    .AddAllActivities(new WindowActivities(folder, _lake)).AddAllActivities(new TriggerActivities(folder, _lake)),
                body);
        }

        public async Task<IReadOnlyList<string>> RowsAsync() =>
            [.. (await _lake.QueryAsync("SELECT day, id, amount FROM silver.sales ORDER BY ALL", CancellationToken.None)).Rows.Select(r => string.Join('|', r))];

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _engines.Dispose();
            Workspace.Dispose();
        }
    }
}
