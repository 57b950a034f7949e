namespace Temporalio.Common;

/// <summary>In which order tasks waiting in one queue are handed out. Unset parts are inherited from the calling workflow.</summary>
public sealed record Priority
{
    /// <summary>Creates a priority.</summary>
    /// <param name="priorityKey">From 1, the most urgent. Default: unset, the server's middle value.</param>
    /// <param name="fairnessKey">Name of the share that the task counts to, for example a tenant. Default: unset, the empty name.</param>
    /// <param name="fairnessWeight">Weight of that share, 0.001 to 1000. Default: unset, 1.</param>
    public Priority(int? priorityKey = null, string? fairnessKey = null, float? fairnessWeight = null)
    {
        PriorityKey = priorityKey;
        FairnessKey = fairnessKey;
        FairnessWeight = fairnessWeight;
    }

    /// <summary>Everything unset.</summary>
    public static Priority Default { get; } = new();

    /// <summary>From 1, the most urgent. Default: unset, the server's middle value (3 of 5).</summary>
    public int? PriorityKey { get; init; }

    /// <summary>Name of the share that the task counts to. Default: unset, the empty name.</summary>
    public string? FairnessKey { get; init; }

    /// <summary>Weight of that share. Default: unset, 1.</summary>
    public float? FairnessWeight { get; init; }

    /// <summary>Reads the wire form; null gives the default.</summary>
    internal static Priority FromProto(Api.Common.V1.Priority? proto) => proto is null
        ? Default
        : new(
            proto.PriorityKey == 0 ? null : proto.PriorityKey,
            proto.FairnessKey.Length == 0 ? null : proto.FairnessKey,
            proto.FairnessWeight == 0 ? null : proto.FairnessWeight);

    /// <summary>Writes the wire form.</summary>
    internal Api.Common.V1.Priority ToProto() =>
        new() { PriorityKey = PriorityKey ?? 0, FairnessKey = FairnessKey ?? string.Empty, FairnessWeight = FairnessWeight ?? 0 };
}
