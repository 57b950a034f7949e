using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Scheduling;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>Every key that a pipeline can have, read into what it means.</summary>
public sealed class FullSpecTests
{
    public const string Policies = """
        tenant: retail-eu
        priority: 2
        calendar:
          weekdays: [mon, tue, wed, thu, fri, sat]
          holidays: [2024-03-29, 12-25]
        schedule:
          cron: 30 2 * * *
          time_zone: Europe/Berlin
          lag: 2
          dst: {missing_time: skip, repeated_time: both}
          on_holiday: next_business_day
          catch_up: 3d
          jitter: 5m
          overlap: buffer_one
          paused: true
        triggers:
          data: {when: any, inputs: [silver.level]}
          arrival:
            orders: {poll: 30s, settle: 10s, notifications: in/_notices}
        inputs:
          silver.level: {pipeline: stock, lookback: 6, when_held: last_good}
        concurrency_groups:
          shop-ftp: {limit: 2, rate_per_minute: 30, breaker: {failures: 3, cooldown: 2m}}
        retry:
          default: {attempts: 8, first_delay: 2s}
          load: {attempts: 3}
        lateness: {dataset: silver.orders, watermark: day, allowed: 2d, seal_after: 7d, quiet: 5m}
        wrong_day: {same_content: warn, no_event: fail, least_rows: 10}
        quality:
          on_error: hold
          approvers: [stewards]
          hold_expires: 3d
          on_expiry: reject
          consumers: last_good
        sla: {freshness: 26h, delivered_within: 6h, run_duration: 20m, quality_percent: 99.5}
        alerts:
          default: [data-platform]
          failed: [oncall, data-platform]
          warned: []
        maintain: {cron: 0 3 * * sun, target_file_size: 64MiB, compact_after_files: 4, cluster_by: [id], vacuum_after: 14d, retention: 400d, warm_after: 30d, cold_after: 365d}

        """;

    [Fact]
    public void Load_WithEveryKey_ReadsThemAll()
    {
        using var dir = new TempDir();
        var spec = Full(dir).Load();

        Assert.Equal(("retail-eu", 2), (spec.Tenant, spec.Priority));
        Assert.Equal((9_000_000_000L, 2.5m), (spec.Limits.Rows, spec.Limits.Cost));
        var schedule = spec.Schedule!;
        Assert.Equal(("30 2 * * *", "Europe/Berlin", 2, MissingTime.Skip, RepeatedTime.Both), (schedule.Cron.Text, schedule.TimeZone.Id, schedule.Lag, schedule.MissingTime, schedule.RepeatedTime));
        Assert.Equal((HolidayRule.NextBusinessDay, TimeSpan.FromDays(3), TimeSpan.FromMinutes(5), OverlapPolicy.BufferOne, true), (schedule.OnHoliday, schedule.CatchUp, schedule.Jitter, schedule.Overlap, schedule.Paused));
        Assert.Same(spec.Calendar, schedule.Calendar);
        Assert.False(spec.Calendar!.Expects(spec.Partitioning.Calendar, spec.Partitioning.Calendar.Parse("2024-03-31")));
        Assert.Equal(new DataTrigger(false, spec.Triggers.Data!.Inputs), spec.Triggers.Data);
        Assert.Equal(["silver.level"], spec.Triggers.Data.Inputs);
        Assert.Equal(new ArrivalTrigger { Source = "orders", Poll = TimeSpan.FromSeconds(30), Settle = TimeSpan.FromSeconds(10), Notifications = "in/_notices" }, spec.Triggers.Arrivals["orders"]);
        Assert.Equal(new ConcurrencyGroup { Name = "shop-ftp", Limit = 2, RatePerMinute = 30, Breaker = new BreakerPolicy(3, TimeSpan.FromMinutes(2)) }, spec.ConcurrencyGroups["shop-ftp"]);
        Assert.Equal("shop-ftp", spec.Sources["orders"].ConcurrencyGroup);
        Assert.Equal(new SecretReference("env", "SHOP_FTP"), spec.Sources["orders"].Credentials);
        Assert.Equal(new RetryPolicy { Attempts = 3, FirstDelay = TimeSpan.FromSeconds(2) }, spec.Retry.For(RunStep.Load));
        Assert.Equal(8, spec.Retry.For(RunStep.Publish).Attempts);
        Assert.Equal(new Lateness { Dataset = "silver.orders", WatermarkColumn = "day", Allowed = TimeSpan.FromDays(2), SealAfter = TimeSpan.FromDays(7), Quiet = TimeSpan.FromMinutes(5) }, spec.Lateness);
        Assert.Equal(new WrongDayPolicy { SameContent = QualityAction.Warn, NoEvent = QualityAction.Fail, LeastRows = 10 }, spec.WrongDay);
        Assert.Equal(DateTimeOffset.Parse("2024-03-08T23:00Z", System.Globalization.CultureInfo.InvariantCulture), spec.Lateness!.SealsAt(spec.Partitioning.Calendar.Parse("2024-03-01")));
        Assert.Equal(new ServiceLevel { Freshness = TimeSpan.FromHours(26), DeliveredWithin = TimeSpan.FromHours(6), RunDuration = TimeSpan.FromMinutes(20), QualityPercent = 99.5 }, spec.ServiceLevel);
        Assert.Equal(["data-platform"], spec.Alerts.For(AlertEvent.Late));
        Assert.Equal(["oncall", "data-platform"], spec.Alerts.For(AlertEvent.Failed));
        Assert.Empty(spec.Alerts.For(AlertEvent.Warned));
    }

    [Fact]
    public void Load_WithPoliciesOfADataset_LetsThemWinKeyByKey()
    {
        using var dir = new TempDir();
        var spec = Full(dir).Load();

        var (gold, silver) = (spec.Dataset("gold.totals"), spec.Dataset("silver.orders"));
        Assert.Equal((QualityAction.Fail, HoldExpiry.Reject, HeldInput.LastGood), (gold.Quality.OnError, gold.Quality.OnExpiry, gold.Quality.Consumers));
        Assert.Equal((QualityAction.Hold, TimeSpan.FromDays(3)), (silver.Quality.OnError, silver.Quality.HoldExpires));
        Assert.Equal((TimeSpan.FromDays(30), 64L << 20), (gold.Maintain.Retention, gold.Maintain.TargetFileBytes));
        Assert.Equal(["id"], silver.Maintain.ClusterBy);
        Assert.Empty(gold.Maintain.ClusterBy);
    }

    [Fact]
    public void Load_WithAnInput_KnowsItsColumnsAndItsPartitions()
    {
        using var dir = new TempDir();
        var spec = Full(dir).Load();

        var input = spec.Inputs["silver.level"];
        Assert.Equal(("stock", "silver.level", 6, HeldInput.LastGood, PartitionSelection.Aligned), (input.Pipeline, input.Dataset, input.Lookback, input.WhenHeld, input.Partitions));
        Assert.Equal(["silver.level"], spec.Dataset("gold.totals").Inputs);
        Assert.Equal(["silver.orders"], spec.Dataset("gold.totals").Reads.Keys);
        Assert.Contains(input.Schema.Columns, c => c.Name == "pieces");
        Assert.Contains("silver.level", Pipelines.Models.ModelLineage.Of(spec, spec.Dataset("gold.totals")).Tables);
    }

    [Fact]
    public void Load_WithScd2_LetsTheMergeFillTheHistory()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "    rows: conserve\n", "    rows: conserve\n    merge: scd2\n    sequence_by: day\n    history: {valid_to: until}\n");
        folder.Edit("contracts/silver.orders.odcs.yaml", "      - name: day\n", "      - {name: valid_from, physicalType: DATE}\n      - {name: until, physicalType: DATE}\n      - name: day\n");

        var dataset = folder.Load().Dataset("silver.orders");

        Assert.Equal((MergeStrategy.Scd2, "day", "valid_from", "until"), (dataset.Merge, dataset.MergeOptions.SequenceColumn, dataset.MergeOptions.ValidFrom, dataset.MergeOptions.ValidTo));
    }

    [Theory]
    [InlineData("    sequence_by: day\n", "    sequence_by: amount\n", true)]
    [InlineData("merge: upsert", "merge: scd1", true)]
    [InlineData("    merge: upsert\n", "    merge: upsert\n    quality: {on_error: hold}\n", false)]
    public void Fingerprint_ChangesWithTheMerge_AndNotWithPolicies(string old, string @new, bool changes)
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "    rows: conserve\n", "    rows: conserve\n    merge: upsert\n    sequence_by: day\n");
        var before = folder.Load().Dataset("silver.orders").Fingerprint;
        folder.Edit("pipeline.yaml", old, @new);

        Assert.Equal(changes, before != folder.Load().Dataset("silver.orders").Fingerprint);
    }

    [Theory]
    [InlineData("unit: static\n  column: day", "in/orders.csv", PartitionUnit.Static)]
    [InlineData("unit: file\n  column: day", "in/orders-{partition}.csv", PartitionUnit.File)]
    [InlineData("unit: list\n  column: day\n  values: [north, south]", "in/{partition}.csv", PartitionUnit.List)]
    public void Load_WithUnitsWithoutTime_OffersOnlyTheirName(string partitioning, string path, PartitionUnit unit)
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "unit: day\n  column: day\n  start: 2024-01-01\n  time_zone: Europe/Berlin", partitioning);
        folder.Edit("pipeline.yaml", "in/{yyyy}-{MM}-{dd}.csv", path);
        foreach (var dataset in new[] { "bronze.orders", "silver.orders", "gold.totals" })
        {
            folder.Edit($"contracts/{dataset}.odcs.yaml", "DATE", "VARCHAR");
        }

        folder.Edit("pipeline.yaml", "    reads:\n      silver.orders: {lookback: 2}\n", "    description: of all\n");
        folder.Edit("models/silver.orders.sql", "WHERE day = $partition_date", "WHERE CAST(day AS VARCHAR) = $partition");
        folder.Edit("models/gold.totals.sql", "day >= $partition_date - 2", "$partition <> ''");

        Assert.Equal(unit, folder.Load().Partitioning.Unit);
    }

    internal static PipelineFolder Full(TempDir dir)
    {
        var folder = new PipelineFolder(dir.At("shop"));
        SpecErrorTextTests.Stock(folder);
        folder.Write("pipeline.yaml", File.ReadAllText(folder.At("pipeline.yaml")) + "  rows: 9000000000\n  cost: 2.5\n" + Policies);
        folder.Edit("pipeline.yaml", "    path: in", "    credentials: ${env:SHOP_FTP}\n    concurrency_group: shop-ftp\n    path: in");
        folder.Edit("pipeline.yaml", "  gold.totals:\n", "  gold.totals:\n    quality: {on_error: fail}\n    maintain: {retention: 30d, warm_after: 10d, cold_after: 20d}\n");
        folder.Edit("models/gold.totals.sql", "FROM silver.orders", "FROM silver.orders SEMI JOIN silver.level USING (day)");
        return folder;
    }
}
