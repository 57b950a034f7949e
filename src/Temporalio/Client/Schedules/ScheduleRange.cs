namespace Temporalio.Client.Schedules;

/// <summary>A range of whole numbers.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The last; less than <paramref name="Start"/> means the same.</param>
/// <param name="Step">Distance from one to the next; 0 means 1.</param>
public record ScheduleRange(int Start, int End, int Step)
{
    /// <summary>Only 0.</summary>
    public static readonly ScheduleRange Zero = new(0);

    /// <summary>One number.</summary>
    /// <param name="start">The number.</param>
    public ScheduleRange(int start)
        : this(start, 0, 0)
    {
    }

    /// <summary>A range without gaps.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">The last.</param>
    public ScheduleRange(int start, int end)
        : this(start, end, 0)
    {
    }

    internal static ScheduleRange FromProto(Api.Schedule.V1.Range proto) => new(proto.Start, proto.End, proto.Step);

    internal Api.Schedule.V1.Range ToProto() => new() { Start = Start, End = End, Step = Step };
}
