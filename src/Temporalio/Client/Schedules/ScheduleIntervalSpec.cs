using Google.Protobuf.WellKnownTypes;

namespace Temporalio.Client.Schedules;

/// <summary>Times at a fixed distance, counted from the beginning of 1970 UTC.</summary>
/// <param name="Every">The distance; whole seconds.</param>
/// <param name="Offset">By how much all times are shifted. Default: not.</param>
public record ScheduleIntervalSpec(TimeSpan Every, TimeSpan? Offset = null)
{
    internal static ScheduleIntervalSpec FromProto(Api.Schedule.V1.IntervalSpec proto) =>
        new(proto.Interval.ToTimeSpan(), proto.Phase?.ToTimeSpan());

    internal Api.Schedule.V1.IntervalSpec ToProto() => new()
    {
        Interval = Duration.FromTimeSpan(Every),
        Phase = Offset is { } offset ? Duration.FromTimeSpan(offset) : null,
    };
}
