using Orchestrator.Activities.Triggers;
using Orchestrator.Pipelines;

namespace Orchestrator.Cli.Commands;

/// <summary>How one pipeline's schedule and triggers stand.</summary>
internal sealed record ScheduleLine
{
    public required string Pipeline { get; init; }

    /// <summary>Cron expression and zone; null without a schedule.</summary>
    public string? Times { get; init; }

    /// <summary><c>data</c>, and <c>arrival of SOURCE</c>.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary><c>asDeclared</c>, <c>differs</c>, <c>notApplied</c>, <c>notDeclared</c> or <c>unreadable</c>.</summary>
    public required string State { get; init; }

    public IReadOnlyList<string> Differences { get; init; } = [];

    public bool Paused { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? Next { get; init; }

    public DateTimeOffset? Last { get; init; }

    /// <summary>The state as people read it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Words => (Paused ? "paused" + (Note is null ? "" : $" ({Note})") + ", " : "") + State switch
    {
        "asDeclared" => "as declared",
        "differs" => $"differs: {string.Join(", ", Differences)}",
        "notApplied" => "not applied",
        "unreadable" => "its folder cannot be read",
        _ => "not declared any more",
    };

    /// <summary>Reads one.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="spec">What it declares; null where it is gone or cannot be read.</param>
    /// <param name="changes">What differs from what the service holds.</param>
    /// <param name="isBroken">Whether its folder is there and cannot be read: nobody knows what it declares.</param>
    /// <param name="sync">Asks the service.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ScheduleLine> ReadAsync(string pipeline, PipelineSpec? spec, IReadOnlyList<ScheduleChange> changes, bool isBroken, ScheduleSync sync, CancellationToken cancellationToken)
    {
        var found = await sync.FindAsync(pipeline, cancellationToken);
        var differences = changes.SelectMany(c => c.Differences).ToArray();
        return new ScheduleLine
        {
            Pipeline = pipeline,
            Times = spec?.Schedule is { } schedule ? PipelineSchedule.Words(schedule) : null,
            Triggers = [.. spec?.Triggers.Data is null ? Array.Empty<string>() : ["data"], .. spec?.Triggers.Arrivals.Keys.Order(StringComparer.Ordinal).Select(s => "arrival of " + s) ?? []],
            State = isBroken ? "unreadable" : changes.Any(c => c.Action is "delete") ? "notDeclared" : changes.Any(c => c.Action is "create" or "watch") ? "notApplied" : differences.Length > 0 ? "differs" : "asDeclared",
            Differences = differences,
            Paused = found?.Schedule.State.Paused ?? false,
            Note = found is { Schedule.State: { Paused: true, Note: { } note } } ? note : null,
            Next = found is { Schedule.State.Paused: false } && spec?.Schedule is { } times ? times.Next(TimeProvider.System.GetUtcNow()) : null,
            Last = found?.Info.RecentActions.Select(a => (DateTimeOffset?)new DateTimeOffset(a.ScheduledAt, TimeSpan.Zero)).LastOrDefault(),
        };
    }
}
