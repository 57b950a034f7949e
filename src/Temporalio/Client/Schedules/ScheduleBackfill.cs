using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;

namespace Temporalio.Client.Schedules;

/// <summary>A period whose actions are done now.</summary>
/// <param name="StartAt">Begin of the period, UTC, exclusive.</param>
/// <param name="EndAt">End of the period, UTC, inclusive.</param>
/// <param name="Overlap">What happens when actions overlap. Default: as the schedule says.</param>
public record ScheduleBackfill(DateTime StartAt, DateTime EndAt, ScheduleOverlapPolicy Overlap = ScheduleOverlapPolicy.Unspecified)
{
    internal Api.Schedule.V1.BackfillRequest ToProto() => new()
    {
        StartTime = Timestamp.FromDateTime(StartAt.ToUniversalTime()),
        EndTime = Timestamp.FromDateTime(EndAt.ToUniversalTime()),
        OverlapPolicy = Overlap,
    };
}
