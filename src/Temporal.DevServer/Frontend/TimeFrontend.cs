using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Timers;
using Temporal.Grpc;
using Temporalio.Api.TestService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The calls by which tests of the official SDKs control the server's clock.</summary>
internal sealed class TimeFrontend(SkippingClock clock)
{
    public const string Service = "temporal.api.testservice.v1.TestService";

    public void Map(ServiceMap map)
    {
        map.Add<LockTimeSkippingRequest, LockTimeSkippingResponse>("LockTimeSkipping", _ =>
        {
            clock.Lock();
            return new LockTimeSkippingResponse();
        });
        map.Add<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>("UnlockTimeSkipping", _ =>
        {
            Unlock();
            return new UnlockTimeSkippingResponse();
        });
        map.Add<SleepRequest, SleepResponse>("Sleep", (request, call) => SleepAsync(clock.GetUtcNow() + Span(request), call));
        map.Add<SleepUntilRequest, SleepResponse>("SleepUntil", (request, call) => SleepAsync(Time(request), call));
        map.Add<SleepRequest, SleepResponse>("UnlockTimeSkippingWithSleep", SleepUnlockedAsync);
        map.Add<Empty, GetCurrentTimeResponse>("GetCurrentTime", _ => new GetCurrentTimeResponse { Time = Timestamp.FromDateTimeOffset(clock.GetUtcNow()) });
    }

    private static TimeSpan Span(SleepRequest request) => request.Duration is { } duration
        ? History.Durations.Of(duration)
        : throw ServiceErrors.InvalidArgument("Duration is not set on request.");

    private static DateTimeOffset Time(SleepUntilRequest request)
    {
        var seconds = (request.Timestamp ?? throw ServiceErrors.InvalidArgument("Timestamp is not set on request.")).Seconds;
        return seconds is >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(request.Timestamp.Nanos / 100)
            : throw ServiceErrors.InvalidArgument("Timestamp is out of range.");
    }

    private void Unlock()
    {
        if (!clock.TryUnlock())
        {
            throw ServiceErrors.FailedPrecondition("Time skipping is unlocked already: there are fewer locks than unlocks.");
        }
    }

    private async ValueTask<SleepResponse> SleepUnlockedAsync(SleepRequest request, GrpcServerCall call)
    {
        var until = clock.GetUtcNow() + Span(request);
        var locked = 0;
        Unlock();
        try
        {
            return await SleepAsync(until, call, LockAgain).ConfigureAwait(false);
        }
        finally
        {
            LockAgain();
        }

        void LockAgain()
        {
            if (Interlocked.Exchange(ref locked, 1) == 0)
            {
                clock.Lock();
            }
        }
    }

    private async ValueTask<SleepResponse> SleepAsync(DateTimeOffset until, GrpcServerCall call, Action? reaching = null)
    {
        await clock.UntilAsync(until, call.CancellationToken, reaching).ConfigureAwait(false);
        return new SleepResponse();
    }
}
