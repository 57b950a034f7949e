using Temporalio.Converters;

namespace Temporalio.Client.Interceptors;

/// <summary>A heartbeat of an activity from outside its worker.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
/// <param name="DataConverterOverride">Converter to use instead of the client's; null for the client's.</param>
public record HeartbeatAsyncActivityInput(
    AsyncActivityHandle.Reference Activity,
    AsyncActivityHeartbeatOptions? Options,
    DataConverter? DataConverterOverride = null);
