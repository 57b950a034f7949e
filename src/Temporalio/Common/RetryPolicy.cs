using Google.Protobuf.WellKnownTypes;

namespace Temporalio.Common;

/// <summary>
/// When a failed activity or workflow is tried again: attempt n+1 comes <see cref="InitialInterval"/> × <see cref="BackoffCoefficient"/>ⁿ⁻¹
/// after attempt n failed, at most <see cref="MaximumInterval"/>.
/// </summary>
public record RetryPolicy
{
    /// <summary>Delay before the second attempt. Default: 1 second.</summary>
    public TimeSpan InitialInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Factor between one delay and the next; at least 1. Default: 2.</summary>
    public float BackoffCoefficient { get; set; } = 2.0F;

    /// <summary>Longest delay. Default: unset, 100 times <see cref="InitialInterval"/>.</summary>
    public TimeSpan? MaximumInterval { get; set; }

    /// <summary>Attempts in all, the first included. Default: 0, no limit.</summary>
    public int MaximumAttempts { get; set; }

    /// <summary>Types of application failures that are not tried again. Default: none.</summary>
    public IReadOnlyCollection<string>? NonRetryableErrorTypes { get; set; }

    /// <summary>Reads the wire form.</summary>
    internal static RetryPolicy FromProto(Api.Common.V1.RetryPolicy proto) => new()
    {
        InitialInterval = proto.InitialInterval?.ToTimeSpan() ?? TimeSpan.FromSeconds(1),
        BackoffCoefficient = (float)proto.BackoffCoefficient,
        MaximumInterval = proto.MaximumInterval?.ToTimeSpan(),
        MaximumAttempts = proto.MaximumAttempts,
        NonRetryableErrorTypes = proto.NonRetryableErrorTypes.Count == 0 ? null : [.. proto.NonRetryableErrorTypes],
    };

    /// <summary>Writes the wire form.</summary>
    internal Api.Common.V1.RetryPolicy ToProto()
    {
        var proto = new Api.Common.V1.RetryPolicy
        {
            InitialInterval = Duration.FromTimeSpan(InitialInterval),
            BackoffCoefficient = BackoffCoefficient,
            MaximumInterval = MaximumInterval is { } maximum ? Duration.FromTimeSpan(maximum) : null,
            MaximumAttempts = MaximumAttempts,
        };
        if (NonRetryableErrorTypes is { } types)
        {
            proto.NonRetryableErrorTypes.AddRange(types);
        }

        return proto;
    }
}
