using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;

namespace Temporalio.Client.Schedules;

/// <summary>How a schedule behaves.</summary>
public record SchedulePolicy
{
    /// <summary>What happens when an action is due while the last one still runs. Default: it is skipped.</summary>
    public ScheduleOverlapPolicy Overlap { get; init; } = ScheduleOverlapPolicy.Skip;

    /// <summary>How late an action may be done after the server was away. Default: 365 days.</summary>
    public TimeSpan CatchupWindow { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Whether the schedule pauses when an action fails. Default: false.</summary>
    public bool PauseOnFailure { get; init; }

    internal static SchedulePolicy FromProto(Api.Schedule.V1.SchedulePolicies? proto) => proto is null
        ? new()
        : new()
        {
            Overlap = proto.OverlapPolicy,
            CatchupWindow = proto.CatchupWindow?.ToTimeSpan() ?? TimeSpan.Zero,
            PauseOnFailure = proto.PauseOnFailure,
        };

    internal Api.Schedule.V1.SchedulePolicies ToProto() => new()
    {
        OverlapPolicy = Overlap,
        CatchupWindow = Duration.FromTimeSpan(CatchupWindow),
        PauseOnFailure = PauseOnFailure,
    };
}
