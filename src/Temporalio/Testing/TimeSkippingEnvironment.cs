using Google.Protobuf.WellKnownTypes;
using Temporalio.Client;

namespace Temporalio.Testing;

/// <summary>
/// An environment whose time can be skipped. It runs like real time until something is awaited: a delay, or the result of a workflow that
/// was started by the environment's client. Until then the server jumps from deadline to deadline.
/// </summary>
internal sealed class TimeSkippingEnvironment : WorkflowEnvironment
{
    private volatile bool _skips = true;

    internal TimeSkippingEnvironment(ITemporalClient client, ILocalServer server)
        : base(client, server)
    {
        var options = (TemporalClientOptions)client.Options.Clone();
        options.Interceptors = [new TimeSkippingInterceptor(this), .. options.Interceptors ?? []];
        Client = new TemporalClient(client.Connection, options);
    }

    /// <inheritdoc/>
    public override bool SupportsTimeSkipping => true;

    private TestService Time => Client.Connection.TestService;

    /// <inheritdoc/>
    public override Task DelayAsync(TimeSpan delay, CancellationToken? cancellationToken = null) =>
        Time.UnlockTimeSkippingWithSleepAsync(new() { Duration = Duration.FromTimeSpan(delay) }, new() { CancellationToken = cancellationToken });

    /// <inheritdoc/>
    public override async Task<DateTime> GetCurrentTimeAsync() => (await Time.GetCurrentTimeAsync(new()).ConfigureAwait(false)).Time.ToDateTime();

    /// <inheritdoc/>
    public override async Task<T> WithAutoTimeSkippingDisabledAsync<T>(Func<Task<T>> func)
    {
        var before = _skips;
        _skips = false;
        try
        {
            return await func().ConfigureAwait(false);
        }
        finally
        {
            _skips = before;
        }
    }

    /// <summary>Awaits something while time is skipped, unless that is switched off.</summary>
    internal async Task<T> SkippingAsync<T>(Func<Task<T>> wait)
    {
        if (!_skips)
        {
            return await wait().ConfigureAwait(false);
        }

        await Time.UnlockTimeSkippingAsync(new()).ConfigureAwait(false);
        try
        {
            return await wait().ConfigureAwait(false);
        }
        finally
        {
            await Time.LockTimeSkippingAsync(new()).ConfigureAwait(false);
        }
    }
}
