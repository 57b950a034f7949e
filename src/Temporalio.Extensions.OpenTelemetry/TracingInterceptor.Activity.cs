using System.Diagnostics;
using OpenTelemetry;
using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Extensions.OpenTelemetry;

/// <content>Attempts of activities.</content>
public partial class TracingInterceptor
{
    private sealed class ActivityInbound(TracingInterceptor root, ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var trace = root.HeadersToContext(input.Headers);
            var baggage = Baggage.Current;
            if (trace is { } received)
            {
                Baggage.Current = received.Baggage;
            }

            using var activity = ActivitiesSource.StartActivity(
                $"RunActivity:{ActivityExecutionContext.Current.Info.ActivityType}",
                ActivityKind.Server,
                trace?.ActivityContext ?? default,
                root.CreateInActivityTags());
            try
            {
                return await base.ExecuteActivityAsync(input).ConfigureAwait(false);
            }
            catch (CompleteAsyncException)
            {
                // Not a failure: somebody else completes it.
                throw;
            }
            catch (Exception e)
            {
                Record(activity, e);
                throw;
            }
            finally
            {
                Baggage.Current = baggage;
            }
        }
    }
}
