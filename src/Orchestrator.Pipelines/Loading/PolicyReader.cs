using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads what a pipeline promises and how it behaves; what a dataset says wins over what the pipeline says, key by key.</summary>
internal sealed class PolicyReader(SpecNode root, Partitioning? partitioning, ErrorList errors)
{
    /// <summary>Reports settings that count from a partition's end where partitions have none.</summary>
    public void CheckTimes()
    {
        var policies = root["datasets"].Keys.Select(k => root["datasets"][k.Value]["maintain"]).Prepend(root["maintain"]);
        var counted = new[] { root["lateness"], root["sla"]["freshness"], root["sla"]["delivered_within"] }
            .Concat(policies.SelectMany(m => new[] { m["retention"], m["warm_after"], m["cold_after"] }));
        foreach (var node in counted.Where(n => n.Exists && partitioning is { } p && !p.Unit.HasTime()))
        {
            errors.Add(node.Place, $"this counts from the end of a partition, and partitions of unit '{Words.Of(partitioning!.Unit)}' have none", "unit 'hour', 'day', 'week' or 'month'", $"unit '{Words.Of(partitioning.Unit)}'", "remove the key.");
        }
    }

    public RetryPolicies Retry()
    {
        var node = root["retry"];
        var fallback = Retry(node["default"], new RetryPolicy());
        return new RetryPolicies
        {
            Default = fallback,
            Steps = Enum.GetValues<RunStep>().Where(s => node[Words.Of(s)].Exists).ToDictionary(s => s, s => Retry(node[Words.Of(s)], fallback)),
        };
    }

    public IReadOnlyDictionary<string, ConcurrencyGroup> Groups()
    {
        var node = root["concurrency_groups"];
        var used = new[] { "sources", "datasets" }.SelectMany(kind => root[kind].Keys.Select(k => root[kind][k.Value]["concurrency_group"])).Where(g => g.Text is not null).ToList();
        var declared = node.Keys.Select(k => k.Value).ToList();
        foreach (var unknown in used.Where(u => !declared.Contains(u.Text!)))
        {
            errors.Add(unknown.Place, $"there is no concurrency group '{unknown.Text}'", "a name under 'concurrency_groups'", $"'{unknown.Text}'", Suggestions.For(unknown.Text!, declared) ?? "declare it, e.g. 'concurrency_groups: {" + unknown.Text + ": {limit: 2}}'.");
        }

        foreach (var unused in node.Keys.Where(k => used.All(u => u.Text != k.Value)))
        {
            errors.Add(unused.Place, $"concurrency group '{unused.Value}' is used by no source and no dataset", help: $"add 'concurrency_group: {unused.Value}' where it belongs, or remove the group.");
        }

        return declared.Where(g => node[g]["limit"].Integer is not null).ToDictionary(
            g => g,
            g => new ConcurrencyGroup
            {
                Name = g,
                Limit = node[g]["limit"].Integer!.Value,
                RatePerMinute = node[g]["rate_per_minute"].Integer,
                Breaker = node[g]["breaker"] is var b && b["failures"].Integer is { } failures && b["cooldown"].Duration is { } cooldown ? new BreakerPolicy(failures, cooldown) : null,
            },
            StringComparer.Ordinal);
    }

    public QualityPolicy Quality(SpecNode own)
    {
        var (all, defaults) = (root["quality"], new QualityPolicy());
        SpecNode Key(string key) => own[key] is { Exists: true } given ? given : all[key];
        var (onWarning, onError) = (Key("on_warning").Choice<QualityAction>() ?? defaults.OnWarning, Key("on_error").Choice<QualityAction>() ?? defaults.OnError);
        if (onWarning > onError && (own["on_warning"].Exists || own["on_error"].Exists || !own.Path.StartsWith("datasets", StringComparison.Ordinal)))
        {
            var place = Key("on_warning") is { Exists: true } given ? given.Place : Key("on_error").Place;
            errors.Add(place, "a warning is taken more seriously than an error", $"'on_error' at least '{Words.Of(onWarning)}'", $"on_warning '{Words.Of(onWarning)}', on_error '{Words.Of(onError)}'");
        }

        return new QualityPolicy
        {
            OnWarning = onWarning,
            OnError = onError,
            Approvers = Key("approvers") is { Exists: true } approvers ? approvers.Texts : root["owner"].Text is { } owner ? [owner] : [],
            HoldExpires = Key("hold_expires").Duration ?? defaults.HoldExpires,
            OnExpiry = Key("on_expiry").Choice<HoldExpiry>() ?? defaults.OnExpiry,
            Consumers = Key("consumers").Choice<HeldInput>() ?? defaults.Consumers,
        };
    }

    public ServiceLevel? ServiceLevel() => root["sla"] is { Exists: true } node
        ? new ServiceLevel { Freshness = node["freshness"].Duration, DeliveredWithin = node["delivered_within"].Duration, RunDuration = node["run_duration"].Duration, QualityPercent = node["quality_percent"].Number }
        : null;

    public AlertRoutes Alerts()
    {
        var node = root["alerts"];
        return new AlertRoutes
        {
            Default = node["default"].Texts,
            Events = Enum.GetValues<AlertEvent>().Where(e => node[Words.Of(e)].Exists).ToDictionary(e => e, e => node[Words.Of(e)].Texts),
        };
    }

    public MaintainPolicy Maintain(SpecNode own)
    {
        var (all, defaults) = (root["maintain"], new MaintainPolicy());
        SpecNode Key(string key) => own[key] is { Exists: true } given ? given : all[key];
        var policy = new MaintainPolicy
        {
            Cron = CronReader.Read(Key("cron"), own["cron"].Exists || own.Path == all.Path ? errors : new ErrorList()),
            TargetFileBytes = Key("target_file_size").Size ?? defaults.TargetFileBytes,
            CompactAfterFiles = Key("compact_after_files").Integer ?? defaults.CompactAfterFiles,
            ClusterBy = Key("cluster_by").Texts,
            VacuumAfter = Key("vacuum_after").Duration ?? defaults.VacuumAfter,
            Retention = Key("retention").Duration,
            WarmAfter = Key("warm_after").Duration,
            ColdAfter = Key("cold_after").Duration,
        };
        if (own.Exists && policy is { WarmAfter: { } warm, ColdAfter: { } cold } && cold <= warm)
        {
            errors.Add(Key("cold_after").Place, "a partition would be cold before it is warm", $"more than '{Key("warm_after").Text}'", $"'{Key("cold_after").Text}'");
        }

        return policy;
    }

    public Lateness? Lateness(IReadOnlyList<DatasetDraft> drafts)
    {
        var node = root["lateness"];
        if (node["dataset"].Text is not { } name || node["watermark"].LocatedText is not { } column || node["seal_after"].Duration is not { } seal)
        {
            return null;
        }

        var allowed = node["allowed"].Duration ?? TimeSpan.Zero;
        if (allowed > seal)
        {
            errors.Add(node["seal_after"].Place, "a partition would be sealed while late data is still allowed", $"at least '{node["allowed"].Text}'", $"'{node["seal_after"].Text}'");
        }

        if (drafts.FirstOrDefault(d => d.Name.Value == name) is not { } draft)
        {
            errors.Add(node["dataset"].Place, $"there is no dataset '{name}'", seen: $"'{name}'", help: Suggestions.For(name, drafts.Select(d => d.Name.Value)));
            return null;
        }

        ColumnCheck.Check(errors, draft, column, "watermark column");
        if (draft.Schema?.Columns.FirstOrDefault(c => c.ColumnName == column.Value) is { } found && Models.ColumnTypes.Of(found) is var type && !IsTime(type))
        {
            errors.Add(column.Place, $"watermark column '{column.Value}' is no time", "a column of type DATE or TIMESTAMP", type);
        }

        return new Lateness { Dataset = name, WatermarkColumn = column.Value, Allowed = allowed, SealAfter = seal, Quiet = node["quiet"].Duration ?? TimeSpan.FromMinutes(1) };
    }

    public WrongDayPolicy WrongDay()
    {
        var (node, defaults) = (root["wrong_day"], new WrongDayPolicy());
        if (node["no_event"] is { Exists: true } asked && !root["lateness"].Exists)
        {
            errors.Add(asked.Place, "nothing says when rows happened", "'lateness' with a dataset and its watermark column", "none", "declare 'lateness', or remove the key.");
        }

        return new WrongDayPolicy
        {
            SameContent = node["same_content"].Choice<QualityAction>() ?? defaults.SameContent,
            NoEvent = node["no_event"].Choice<QualityAction>() ?? defaults.NoEvent,
            LeastRows = node["least_rows"].Integer ?? defaults.LeastRows,
        };
    }

    private static bool IsTime(string type) =>
        type.StartsWith("DATE", StringComparison.OrdinalIgnoreCase) || type.StartsWith("TIMESTAMP", StringComparison.OrdinalIgnoreCase);

    private RetryPolicy Retry(SpecNode node, RetryPolicy fallback)
    {
        var policy = new RetryPolicy
        {
            Attempts = node["attempts"].Integer ?? fallback.Attempts,
            FirstDelay = node["first_delay"].Duration ?? fallback.FirstDelay,
            Backoff = node["backoff"].Number ?? fallback.Backoff,
            MaxDelay = node["max_delay"].Duration ?? fallback.MaxDelay,
        };
        if (policy.FirstDelay > policy.MaxDelay && (node["first_delay"] is { Exists: true } first ? first : node["max_delay"]) is { Exists: true } fault)
        {
            errors.Add(fault.Place, "the first delay is longer than the longest", $"'first_delay' of at most {policy.MaxDelay}", policy.FirstDelay.ToString());
        }

        return policy;
    }
}
