using Temporalio.Activities;
using Temporalio.Api.Common.V1;

namespace Temporalio.Worker.Interceptors;

/// <summary>An activity about to run.</summary>
/// <param name="Activity">Its definition.</param>
/// <param name="Args">Its decoded arguments.</param>
/// <param name="Headers">Headers sent along; null when none.</param>
public record ExecuteActivityInput(ActivityDefinition Activity, object?[] Args, IReadOnlyDictionary<string, Payload>? Headers);
