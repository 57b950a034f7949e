using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <summary>What a local activity ended with, as it stands in its marker.</summary>
internal sealed record LocalActivityResult
{
    public const string DataDetails = "data";
    public const string ResultDetails = "result";

    public required uint Seq { get; init; }

    public required int Attempt { get; init; }

    public required string ActivityId { get; init; }

    public required string ActivityType { get; init; }

    public required DateTime CompleteTime { get; init; }

    public required DateTime OriginalScheduleTime { get; init; }

    public TimeSpan? Backoff { get; init; }

    public int? ActivationIndex { get; init; }

    public Payload? Result { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>Reads a marker.</summary>
    public static LocalActivityResult Read(HistoryEvent e)
    {
        var marker = e.MarkerRecordedEventAttributes;
        if (!marker.Details.TryGetValue(DataDetails, out var payloads) || payloads.Payloads_.Count == 0)
        {
            throw Nondeterminism.Broken(e, $"the local activity marker has no '{DataDetails}'");
        }

        var data = JsonSerializer.Deserialize(payloads.Payloads_[0].Data.Span, MarkerJson.Default.Data)!;
        return new()
        {
            Seq = data.Seq,
            Attempt = data.Attempt,
            ActivityId = data.ActivityId,
            ActivityType = data.ActivityType,
            CompleteTime = data.CompleteTime?.ToTime() ?? e.EventTime.ToDateTime(),
            OriginalScheduleTime = data.OriginalScheduleTime?.ToTime() ?? e.EventTime.ToDateTime(),
            Backoff = data.Backoff is { } backoff ? new TimeSpan(backoff.Ticks) : null,
            ActivationIndex = data.ActivationIndex,
            Result = marker.Details.TryGetValue(ResultDetails, out var result) ? result.Payloads_.FirstOrDefault() : null,
            Failure = marker.Failure,
        };
    }

    /// <summary>Text of the marker's data.</summary>
    public byte[] WriteData() => JsonSerializer.SerializeToUtf8Bytes(
        new Data(
            Seq, Attempt, ActivityId, ActivityType, Moment.Of(CompleteTime), Backoff is { } b ? Moment.Of(b.Ticks) : null,
            Moment.Of(OriginalScheduleTime), ActivationIndex),
        MarkerJson.Default.Data);

    /// <summary>The job that tells the workflow. Timeouts and cancellations come wrapped in an activity failure, application failures plain.</summary>
    public ActivationJob.ResolveActivity ToJob()
    {
        if (Backoff is { } backoff)
        {
            return new(Seq, ActivationJob.Ending.Backoff, true) { Backoff = backoff, Attempt = Attempt + 1, OriginalScheduleTime = OriginalScheduleTime };
        }

        if (Failure is not { } failure)
        {
            return new(Seq, ActivationJob.Ending.Completed, true) { Result = Result };
        }

        var canceled = failure.CanceledFailureInfo is not null;
        return new(Seq, canceled ? ActivationJob.Ending.Canceled : ActivationJob.Ending.Failed, true)
        {
            Failure = canceled || failure.TimeoutFailureInfo is not null ? Wrap(failure) : failure,
        };
    }

    private Failure Wrap(Failure failure) => new()
    {
        Message = failure.CanceledFailureInfo is null ? "Activity task timed out" : "Activity cancelled",
        Cause = failure,
        ActivityFailureInfo = new()
        {
            ActivityId = ActivityId,
            ActivityType = new() { Name = ActivityType },
            RetryState = Api.Enums.V1.RetryState.CancelRequested,
        },
    };

    internal sealed record Moment(
        [property: JsonPropertyName("seconds")] long Seconds, [property: JsonPropertyName("nanos")] int Nanos)
    {
        [JsonIgnore]
        public long Ticks => (Seconds * TimeSpan.TicksPerSecond) + (Nanos / 100);

        public static Moment Of(DateTime time) => Of((time - DateTime.UnixEpoch).Ticks);

        public static Moment Of(long ticks) => new(ticks / TimeSpan.TicksPerSecond, (int)(ticks % TimeSpan.TicksPerSecond) * 100);

        public DateTime ToTime() => DateTime.UnixEpoch.AddTicks(Ticks);
    }

    internal sealed record Data(
        [property: JsonPropertyName("seq")] uint Seq,
        [property: JsonPropertyName("attempt")] int Attempt,
        [property: JsonPropertyName("activity_id")] string ActivityId,
        [property: JsonPropertyName("activity_type")] string ActivityType,
        [property: JsonPropertyName("complete_time")] Moment? CompleteTime,
        [property: JsonPropertyName("backoff")] Moment? Backoff,
        [property: JsonPropertyName("original_schedule_time")] Moment? OriginalScheduleTime,
        [property: JsonPropertyName("activation_index")] int? ActivationIndex);
}

/// <summary>Generated reading and writing of marker data.</summary>
[JsonSerializable(typeof(LocalActivityResult.Data))]
internal sealed partial class MarkerJson : JsonSerializerContext;
