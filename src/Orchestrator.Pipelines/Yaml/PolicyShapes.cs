using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of what a pipeline promises and how it behaves: retries, quality, lateness, alerts, upkeep.</summary>
internal static class PolicyShapes
{
    private static readonly ObjectShape RetryPolicy = new(
        "How often and when a step is tried again.",
        [
            new("attempts", new IntegerShape("Tries in all, the first one included. Default: 5.", 1, 1000)),
            new("first_delay", new DurationShape("Time before the second try. Default: 1s.")),
            new("backoff", new NumberShape("By how much each delay is longer than the one before. Default: 2.", 1, 100)),
            new("max_delay", new DurationShape("Longest time between two tries. Default: 1m.")),
        ]);

    private static readonly ListShape Routes = new("Names of alert routes.", new TextShape("A route; its address is set up where the workers run.", PipelineShape.LabelPattern, PipelineShape.LabelRule), MinItems: 0);

    public static readonly ObjectShape Retry = new(
        "How often and when steps are tried again after a failure that may pass.",
        [new("default", RetryPolicy), .. Words.Of<RunStep>().Select(step => new KeyShape(step, RetryPolicy))]);

    public static readonly MapShape Groups = new(
        "Named semaphores that sources and datasets of any pipeline share.",
        new ObjectShape(
            "One group.",
            [
                new("limit", new IntegerShape("How many steps of the group run at once.", 1, 10_000), Required: true),
                new("rate_per_minute", new IntegerShape("How many steps may begin in a minute. Default: no limit.", 1, 1_000_000)),
                new("breaker", new ObjectShape(
                    "When the group stops trying for a while.",
                    [
                        new("failures", new IntegerShape("Failures in a row that open the breaker.", 1, 10_000), Required: true),
                        new("cooldown", new DurationShape("Time until one try decides whether it closes."), Required: true),
                    ])),
            ]),
        PipelineShape.GroupPattern,
        PipelineShape.GroupRule);

    public static readonly ObjectShape Lateness = new(
        "How long data of a partition may still come, and when the partition is final.",
        [
            new("dataset", new TextShape("Dataset whose rows carry the event time.", PipelineShape.DatasetPattern, PipelineShape.DatasetRule), Required: true),
            new("watermark", PipelineShape.Column("Its column with the event time."), Required: true),
            new("allowed", new DurationShape("How long after a partition's end the watermark waits before the partition counts as complete. Default: not at all.")),
            new("seal_after", new DurationShape("How long after its end a partition is sealed; later arrivals need an approval."), Required: true),
            new("quiet", new DurationShape("How long nothing more must have arrived before what arrived late is worked in, all of it at once. Default: 1m.")),
        ]);

    public static readonly ObjectShape WrongDay = new(
        "What happens to a source file that seems to belong to another partition than its name says.",
        [
            new("same_content", new ChoiceShape("A file that says what a file of another partition says. Default: hold.", Words.Of<QualityAction>())),
            new("no_event", new ChoiceShape("Rows none of which happened in their partition, by the event time under 'lateness'. Default: hold.", Words.Of<QualityAction>())),
            new("least_rows", new IntegerShape("Files with fewer rows are too small to tell by their content. Default: 2.", 1, 1_000_000)),
        ]);

    public static readonly ObjectShape Quality = new(
        "What broken checks lead to, and who decides about what is held.",
        [
            new("on_warning", new ChoiceShape("What a broken check of severity 'warning' leads to. Default: warn.", Words.Of<QualityAction>())),
            new("on_error", new ChoiceShape("What a broken check of severity 'error' leads to. Default: fail.", Words.Of<QualityAction>())),
            new("approvers", new ListShape("Roles or people who may decide about a held partition. Default: the owner.", new TextShape("A role or person.", PipelineShape.LabelPattern, PipelineShape.LabelRule))),
            new("hold_expires", new DurationShape("How long a partition is held before 'on_expiry' applies. Default: 7d.")),
            new("on_expiry", new ChoiceShape("What happens when nobody has decided in time. Default: remind.", Words.Of<HoldExpiry>())),
            new("consumers", new ChoiceShape("What readers do while a partition is held. 'wait': for the decision. 'last_good': they read the version published last. Default: wait.", Words.Of<HeldInput>())),
        ]);

    public static readonly ObjectShape ServiceLevel = new(
        "What consumers may rely on; a broken promise raises an alert.",
        [
            new("freshness", new DurationShape("How old the newest published partition may be, counted from its end.")),
            new("delivered_within", new DurationShape("How long after its end a partition is published.")),
            new("run_duration", new DurationShape("How long a run takes.")),
            new("quality_percent", new NumberShape("Share of rows that pass all checks, in percent.", 0, 100)),
        ]);

    public static readonly ObjectShape Alerts = new(
        "Where alerts go, as names of routes.",
        [new("default", Routes), .. Words.Of<AlertEvent>().Select(alert => new KeyShape(alert, Routes))]);

    public static readonly ObjectShape Maintain = new(
        "How tables are kept in shape.",
        [
            new("cron", new TextShape("When maintenance runs, as a cron expression in UTC. Default: only when asked for.")),
            new("target_file_size", new SizeShape("Size of the files that compaction makes. Default: 128MiB.")),
            new("compact_after_files", new IntegerShape("Files smaller than that which a partition may have before it is compacted. Default: 8.", 2, 100_000)),
            new("cluster_by", new ListShape("Columns by which compacted rows are clustered. Default: none.", PipelineShape.Column("A column of the contract."))),
            new("vacuum_after", new DurationShape("How long files that no version needs any more stay for old readers. Default: 7d.")),
            new("retention", new DurationShape("How long partitions are kept, counted from their end. Default: for ever.")),
            new("warm_after", new DurationShape("After which time partitions move to the warm tier. Default: never.")),
            new("cold_after", new DurationShape("After which time partitions move to the cold tier. Default: never.")),
        ]);
}
