using System.Reflection;
using Temporalio.Api.Common.V1;
using Temporalio.Workflows;

namespace Temporalio.Worker.Interceptors;

/// <summary>A timer.</summary>
/// <param name="Delay">Length.</param>
/// <param name="CancellationToken">Cancels the timer; null means the token of the workflow.</param>
/// <param name="Summary">One line shown by tools.</param>
public record DelayAsyncInput(TimeSpan Delay, CancellationToken? CancellationToken, string? Summary);
