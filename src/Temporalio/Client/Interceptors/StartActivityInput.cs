using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>An activity to start without workflow.</summary>
/// <param name="Activity">Type name of the activity.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="Options">Options; id and task queue are required.</param>
/// <param name="Headers">Headers; null for none.</param>
public record StartActivityInput(string Activity, IReadOnlyCollection<object?> Args, StartActivityOptions Options, IDictionary<string, Payload>? Headers);
