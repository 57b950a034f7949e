using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Triggers;
using Orchestrator.Pipelines.Scheduling;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Xunit;

namespace Integration.Tests.Triggers;

/// <summary>Schedules on a clock that is moved: each partition is run once, whatever the night.</summary>
public sealed class ScheduleTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *", "day", "2026-03-27T12:00Z", 4)] // 02:30 does not exist on 03-29
    [InlineData("Europe/Berlin", "30 2 * * *", "day", "2026-10-23T12:00Z", 4)] // 02:30 comes twice on 10-25
    [InlineData("America/New_York", "30 1 * * *", "day", "2026-10-30T12:00Z", 4)]
    [InlineData("America/New_York", "15 2 * * *", "day", "2026-03-06T12:00Z", 4)]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "day", "2026-04-03T00:00Z", 4)] // half an hour back
    [InlineData("Europe/London", "5 * * * *", "hour", "2026-10-24T21:30Z", 7)] // every UTC hour has its own partition
    [InlineData("Europe/Berlin", "5 * * * *", "hour", "2026-03-28T22:30Z", 5)]
    [InlineData("UTC", "0 5 * * *", "day", "2028-02-27T12:00Z", 4)] // leap day
    [InlineData("Europe/Berlin", "0 6 1 * *", "month", "2028-01-15T00:00Z", 3)] // month roll-up, over February
    public async Task Schedule_OverClockChangesAndCalendars_RunsEachPartitionOnce(string zone, string cron, string unit, string from, int partitions)
    {
        using var bench = new TriggerBench(
            $"schedule: {{cron: \"{cron}\", time_zone: {zone}}}", TriggerBench.Instant(from), unit, zone, start: unit switch { "hour" => "2020-01-01T00", "month" => "2020-01", _ => "2020-01-01" });
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            var schedule = bench.Spec.Schedule!;
            var times = FiringTimes.Of(schedule);
            var expected = new List<string>();
            var calendar = bench.Spec.Partitioning.Calendar;
            var partition = calendar.Add(calendar.Containing(schedule.Next(bench.Clock.GetUtcNow())!.Value), -1);
            for (var i = 0; i < partitions; i++)
            {
                expected.Add(partition.Value);
                partition = calendar.Next(partition);
            }

            // Every time that Temporal's calendars hold, those of the schedule and the few more.
            for (var at = bench.Clock.GetUtcNow(); bench.Runs.Began.Distinct().Count() < partitions; at = at.AddMinutes(5))
            {
                if (times.Holds(at))
                {
                    var tick = await bench.TickToEndAsync(at);
                    Assert.True(tick.Skipped is null == schedule.FiringAt(at).Count > 0, $"{at:O}: {tick.Skipped}");
                }
            }

            Assert.Equal(expected, bench.Began);
        });
    }

    [Fact]
    public async Task Schedule_OfADay_ClosesItWithinATenthOfASecond()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\"}", TriggerBench.Instant("2026-01-01T05:00Z"));
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            var took = new List<double>();
            for (var day = 1; day <= 12; day++)
            {
                var before = TimeProvider.System.GetTimestamp();
                var tick = await bench.TickAsync(new DateTimeOffset(2026, 1, day, 6, 0, 0, TimeSpan.Zero));
                took.Add(TimeProvider.System.GetElapsedTime(before).TotalMilliseconds);
                await bench.EndOfAsync(tick);
            }

            output.WriteLine($"24 h from tick to tick: {string.Join(", ", took.Select(t => $"{t:F0}"))} ms");
            await bench.UntilAsync(() => bench.Began.Length == 12, "12 runs");
            Assert.InRange(took.Min(), 0, 100);
        });
    }

    [Fact]
    public async Task Holiday_WithSkip_RunsNothingAndSaysWhy()
    {
        using var bench = new TriggerBench(
            "calendar: {weekdays: [mon, tue, wed, thu, fri], holidays: [12-25]}\nschedule: {cron: \"0 6 * * *\", lag: 0}", TriggerBench.Instant("2026-12-24T05:00Z"));
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            Assert.Null((await bench.TickToEndAsync(TriggerBench.Instant("2026-12-24T06:00Z"))).Skipped);
            Assert.Equal("2026-12-25 is a holiday, which the calendar leaves out", (await bench.TickAsync(TriggerBench.Instant("2026-12-25T06:00Z"))).Skipped);
            Assert.Equal("2026-12-26 is a Saturday, which the calendar leaves out", (await bench.TickAsync(TriggerBench.Instant("2026-12-26T06:00Z"))).Skipped);

            var why = await new TriggerStore(bench.Lake.Store).WhyNotAsync(TriggerBench.Pipeline, TestContext.Current.CancellationToken);
            Assert.Equal(["2026-12-25", "2026-12-26"], why.Keys.Order());
            Assert.Equal(["2026-12-24"], bench.Began);
        });
    }

    [Fact]
    public async Task Holiday_WithNextBusinessDay_RunsAllThatWasMoved()
    {
        using var bench = new TriggerBench(
            "calendar: {weekdays: [mon, tue, wed, thu, fri]}\nschedule: {cron: \"0 6 * * *\", on_holiday: next_business_day, overlap: allow_all}", TriggerBench.Instant("2026-12-25T05:00Z"));
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            await bench.TickToEndAsync(TriggerBench.Instant("2026-12-25T06:00Z"));
            await bench.TickToEndAsync(TriggerBench.Instant("2026-12-28T06:00Z"));
            await bench.UntilAsync(() => bench.Began.Length == 4, "Thursday to Sunday");
            Assert.Equal(["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27"], bench.Began.Order());
        });
    }

    [Fact]
    public async Task Downtime_OfDays_IsMadeUpForWithinTheWindowOneAfterTheOther()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\", catch_up: 3d}", TriggerBench.Instant("2026-01-01T05:00Z"));
        await bench.WithAsync(async () =>
        {
            var handle = await bench.ApplyAsync();
            await bench.TickToEndAsync(TriggerBench.Instant("2026-01-01T06:00Z"));

            // The whole service is away for ten days: its clock goes on without it.
            bench.Clock.Set(TimeSpan.FromDays(10) + TimeSpan.FromMinutes(30));
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            await bench.UntilAsync(() => bench.Began.Length == 4, "three more days");
            Assert.Equal(["2025-12-31", "2026-01-08", "2026-01-09", "2026-01-10"], bench.Began.Order());
            Assert.True((await handle.DescribeAsync()).Info.NumActionsMissedCatchupWindow > 0);
        });
    }

    [Theory]
    [InlineData("skip", "2025-12-31 2026-01-03", "skipped skipped")]
    [InlineData("buffer_one", "2025-12-31 2026-01-01 2026-01-03", "queued skipped")]
    [InlineData("buffer_all", "2025-12-31 2026-01-01 2026-01-02 2026-01-03", "queued queued")]
    [InlineData("allow_all", "2025-12-31 2026-01-01 2026-01-02 2026-01-03", "started started")]
    public async Task Overlap_FollowsThePolicy(string policy, string expected, string outcomes)
    {
        using var bench = new TriggerBench($"schedule: {{cron: \"0 6 * * *\", overlap: {policy}}}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        await bench.WithAsync(async () =>
        {
            await bench.ApplyAsync();
            await bench.TickAsync(TriggerBench.Instant("2026-01-01T06:00Z"));
            await bench.IdleAsync(open: true);
            var second = await bench.TickAsync(TriggerBench.Instant("2026-01-02T06:00Z"));
            await bench.IdleAsync(open: true);
            var third = await bench.TickAsync(TriggerBench.Instant("2026-01-03T06:00Z"));
            Assert.Equal(outcomes, $"{second.Runs[0].Outcome} {third.Runs[0].Outcome}");
            foreach (var partition in expected.Split(' ').SkipLast(1))
            {
                await bench.UntilAsync(() => bench.Began.Contains(partition), partition);
                await bench.EndAsync(partition);
            }

            await bench.Trigger.GetResultAsync<TriggerProgress>();
            await bench.TickAsync(TriggerBench.Instant("2026-01-04T06:00Z"));
            await bench.UntilAsync(() => bench.Began.Length == expected.Split(' ').Length, expected);
            Assert.Equal(expected, string.Join(' ', bench.Began));
        });
    }

    [Theory]
    [InlineData("cancel_other", WorkflowStatus.Canceled)]
    [InlineData("terminate_other", WorkflowStatus.Terminated)]
    public async Task Overlap_ThatEndsTheOther_EndsItAndRunsNext(string policy, WorkflowStatus ended)
    {
        using var bench = new TriggerBench($"schedule: {{cron: \"0 6 * * *\", overlap: {policy}}}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        await bench.WithAsync(async () =>
        {
            await bench.BeginAsync(TriggerBench.Instant("2026-01-01T06:00Z"));
            await bench.IdleAsync(open: true);
            await bench.TickAsync(TriggerBench.Instant("2026-01-02T06:00Z"));
            await bench.UntilAsync(() => bench.Began.Length == 2, "the second");
            Assert.Equal(ended.ToString(), (await bench.Server.Client.GetWorkflowHandle("run/shop/2025-12-31").DescribeAsync()).Status.ToString());
        });
    }

    [Fact]
    public async Task Overlap_OfARunThatIsHeld_IsNone()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\", overlap: skip}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        await bench.WithAsync(async () =>
        {
            await bench.BeginAsync(TriggerBench.Instant("2026-01-01T06:00Z"));
            await bench.HoldAsync("2025-12-31");
            await bench.IdleAsync(open: true);
            Assert.Equal("started", (await bench.TickAsync(TriggerBench.Instant("2026-01-02T06:00Z"))).Runs[0].Outcome);
            await bench.IdleAsync(open: true);
            Assert.Equal("skipped", (await bench.TickAsync(TriggerBench.Instant("2026-01-03T06:00Z"))).Runs[0].Outcome);
        });
    }

    [Fact]
    public async Task Trigger_ThatContinuesAsNewWithOpenRuns_KeepsThemAndWhatWaitsForThem()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\", overlap: buffer_all}", TriggerBench.Instant("2026-01-01T05:00Z"));
        bench.Runs.AreHeld = true;
        await bench.WithAsync(async () =>
        {
            await bench.BeginAsync(TriggerBench.Instant("2026-01-01T06:00Z"));
            await bench.IdleAsync(open: true);
            await bench.TickAsync(TriggerBench.Instant("2026-01-02T06:00Z"));
            await bench.IdleAsync(open: true);
            var first = (await bench.Trigger.DescribeAsync()).RunId;
            await bench.Trigger.ExecuteUpdateAsync<TriggerProgress>("pause", ["so that notes cause no look"]);
            while (await bench.Trigger.DescribeAsync() is { HistoryLength: < 4_100 } seen && seen.RunId == first)
            {
                await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => bench.Trigger.SignalAsync("published", [new PublishedNote("up", "x")])));
            }

            await bench.Trigger.ExecuteUpdateAsync<TriggerProgress>("pause", ["still"]);
            await Flow.FlowHarness.UntilAsync(async () => (await bench.Trigger.DescribeAsync()).RunId != first, () => "It does not continue as new.");
            var after = await bench.Server.UntilAsync<TriggerProgress>(bench.Trigger, p => p.Open.Count == 1);
            Assert.Equal(("schedule", "2026-01-01", "still"), (after.Open["2025-12-31"], Assert.Single(after.Queued), after.Paused));
            Assert.Equal("queued", (await bench.TickAsync(TriggerBench.Instant("2026-01-03T06:00Z"))).Runs[0].Outcome);

            // The run reports to nobody any more: it is asked for every half minute.
            await bench.EndAsync("2025-12-31");
            await bench.Server.Client.GetWorkflowHandle("run/shop/2025-12-31").GetResultAsync<RunResult>();
            for (var looks = 0; looks < 20 && bench.Began.Length < 2; looks++)
            {
                await bench.Server.UntilTimerAsync(bench.Trigger, TimeSpan.FromSeconds(30));
                bench.Clock.Advance(TimeSpan.FromSeconds(31));
                await Task.Delay(300);
            }

            await bench.UntilAsync(() => bench.Began.Length == 2, "the next");
            await bench.EndAsync("2026-01-01");
            await bench.UntilAsync(() => bench.Began.Length == 3, "the last");
            Assert.Equal(["2025-12-31", "2026-01-01", "2026-01-02"], bench.Began);
        });
    }

    [Fact]
    public async Task Jitter_DelaysWithinItsBoundsAndKeepsThePartition()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\", jitter: 10m}", TriggerBench.Instant("2026-01-01T05:00Z"));
        await bench.WithAsync(async () =>
        {
            var next = (await (await bench.ApplyAsync()).DescribeAsync()).Info.NextActionTimes.Take(5).ToArray();
            Assert.All(next, t => Assert.InRange(t - t.Date.AddHours(6), TimeSpan.Zero, TimeSpan.FromMinutes(10)));
            Assert.Contains(next, t => t.TimeOfDay != TimeSpan.FromHours(6));

            bench.Clock.Advance(TriggerBench.Instant("2026-01-01T06:10:01Z") - bench.Clock.GetUtcNow());
            Assert.Equal("2025-12-31", Assert.Single((await bench.TickOfAsync(TriggerBench.Instant("2026-01-01T06:00Z"))).Runs).Partition);
        });
    }

    [Fact]
    public async Task Trigger_ByHandOrByBackfill_RunsThePartitionsOfThoseTimes()
    {
        using var bench = new TriggerBench("schedule: {cron: \"0 6 * * *\", paused: true}", TriggerBench.Instant("2026-01-10T12:34:56Z"));
        await bench.WithAsync(async () =>
        {
            var handle = await bench.ApplyAsync();
            await handle.TriggerAsync();
            await bench.UntilAsync(() => bench.Began.Length == 1, "the last complete day");
            await handle.BackfillAsync([new ScheduleBackfill(new DateTime(2026, 1, 3, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 1, 6, 0, 0, 0, DateTimeKind.Utc))]);
            await bench.UntilAsync(() => bench.Began.Length == 4, "three more");
            Assert.Equal(["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-09"], bench.Began.Order());
        });
    }

    [Fact]
    public async Task Apply_OfWhatIsThere_FindsNoDifference()
    {
        using var bench = new TriggerBench("schedule: {cron: \"30 2 * * mon-fri\", time_zone: Europe/Berlin, jitter: 5m, catch_up: 1h}", TriggerBench.Instant("2026-01-10T12:00Z"));
        await bench.WithAsync(async () =>
        {
            var handle = await bench.ApplyAsync();
            var found = (await handle.DescribeAsync()).Schedule;
            var wanted = PipelineSchedule.Of(bench.Spec, Orchestration.OrchestrationServer.Queue);
            Assert.Empty(PipelineSchedule.Differences(wanted, found));

            await handle.UpdateAsync(u => new ScheduleUpdate(u.Description.Schedule with { Policy = new SchedulePolicy { CatchupWindow = TimeSpan.FromDays(1) } }));
            Assert.Equal(["catch-up", "overlap"], PipelineSchedule.Differences(wanted, (await handle.DescribeAsync()).Schedule));
        });
    }

    /// <summary>How a workflow stands, in the words of the service.</summary>
    public enum WorkflowStatus
    {
        Canceled,
        Terminated,
    }
}
