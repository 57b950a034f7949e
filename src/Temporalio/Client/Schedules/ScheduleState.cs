namespace Temporalio.Client.Schedules;

/// <summary>Whether a schedule is paused and how often it may still act.</summary>
public record ScheduleState
{
    /// <summary>Text for people, also set when pausing. Default: none.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the schedule is paused. Default: false.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether <see cref="RemainingActions"/> counts. Default: false.</summary>
    public bool LimitedActions { get; init; }

    /// <summary>Actions left when limited; manual ones do not count.</summary>
    public long RemainingActions { get; init; }

    internal static ScheduleState FromProto(Api.Schedule.V1.ScheduleState? proto) => proto is null
        ? new()
        : new()
        {
            Note = proto.Notes.Length == 0 ? null : proto.Notes,
            Paused = proto.Paused,
            LimitedActions = proto.LimitedActions,
            RemainingActions = proto.RemainingActions,
        };

    internal Api.Schedule.V1.ScheduleState ToProto() =>
        new() { Notes = Note ?? string.Empty, Paused = Paused, LimitedActions = LimitedActions, RemainingActions = RemainingActions };
}
