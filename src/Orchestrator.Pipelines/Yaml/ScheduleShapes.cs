using Orchestrator.Pipelines.Scheduling;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of when a pipeline runs by itself.</summary>
internal static class ScheduleShapes
{
    /// <summary>Days of the week as they are written, Sunday first.</summary>
    public static readonly IReadOnlyList<string> Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static readonly ObjectShape Calendar = new(
        "On which days the sources deliver; other days are neither expected nor scheduled.",
        [
            new("weekdays", new ListShape("Days of the week that count. Default: all.", new ChoiceShape("A day.", Weekdays))),
            new("holidays", new ListShape("Days that do not count: one day ('2024-12-26') or a day of every year ('12-25').", new TextShape("A day.", "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$", "'yyyy-MM-dd' or 'MM-dd'"))),
        ]);

    public static readonly ObjectShape Schedule = new(
        "When the pipeline runs by itself.",
        [
            new("cron", new TextShape("Wall-clock times: minute, hour, day of month, month, day of week; e.g. '30 6 * * mon-fri'."), Required: true),
            new("time_zone", new TextShape("IANA name of the zone of the wall clock. Default: partitioning.time_zone.")),
            new("lag", new IntegerShape("How many partitions before the one that holds the nominal time a run works on. Default: 1, the last complete one.", 0, 100_000)),
            new("dst", new ObjectShape(
                "What happens when clocks change.",
                [
                    new("missing_time", new ChoiceShape("At times that are skipped. 'shift': right after the gap. Default: shift; for hours skip.", Words.Of<MissingTime>())),
                    new("repeated_time", new ChoiceShape("At times that come twice. Default: first; for hours both.", Words.Of<RepeatedTime>())),
                ])),
            new("on_holiday", new ChoiceShape("On days that 'calendar' leaves out. Default: skip.", Words.Of<HolidayRule>())),
            new("catch_up", new DurationShape("How far back missed times are made up for. Default: 1d.")),
            new("jitter", new DurationShape("Each start is delayed by a random time up to this. Default: none.")),
            new("overlap", new ChoiceShape("While the last run still goes on. Default: skip.", Words.Of<OverlapPolicy>())),
            new("paused", new BooleanShape("Whether it begins paused. Default: false.")),
        ]);

    public static readonly ObjectShape Triggers = new(
        "What starts the pipeline besides its schedule and people.",
        [
            new("data", new ObjectShape(
                "Published inputs of other pipelines.",
                [
                    new("when", new ChoiceShape("'all': the partitions of all inputs that a run needs. 'any': one of them. Default: all.", ["all", "any"])),
                    new("inputs", new ListShape("Names under 'inputs'. Default: all of them.", new TextShape("An input.", PipelineShape.DatasetPattern, PipelineShape.DatasetRule))),
                ])),
            new("arrival", new MapShape(
                "Arriving files, by source.",
                new ObjectShape(
                    "How arrivals are noticed.",
                    [
                        new("poll", new DurationShape("Time between two listings. Default: 1m.")),
                        new("settle", new DurationShape("How long a file has to stay unchanged before it counts. Default: not at all.")),
                        new("notifications", new TextShape("Folder with notification files, one per arrived object. Default: listings only.")),
                    ]),
                PipelineShape.NamePattern, "a source of this pipeline")),
        ]);
}
