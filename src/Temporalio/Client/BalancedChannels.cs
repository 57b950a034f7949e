using System.Net;
using System.Net.Sockets;
using Temporal.Grpc;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>
/// One channel for each address of a name that answers; calls take them in turn. The name is looked up again by the first call after the interval, beside that call: what vanished
/// is no longer used, what is new joins once it has answered, and when the look-up fails everything stays as it was.
/// </summary>
internal sealed class BalancedChannels
{
    private readonly Func<CancellationToken, Task<IPAddress[]>> _lookUp;
    private readonly Func<IPAddress, CancellationToken, Task<GrpcChannel>> _connect;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private volatile (IPAddress Address, GrpcChannel Channel)[] _channels = [];
    private long _lookedUp;
    private int _isLookingUp;
    private uint _turn;

    private BalancedChannels(
        Func<CancellationToken, Task<IPAddress[]>> lookUp, Func<IPAddress, CancellationToken, Task<GrpcChannel>> connect, TimeSpan interval, TimeProvider time) =>
        (_lookUp, _connect, _interval, _time) = (lookUp, connect, interval, time);

    /// <summary>Looks the name up and connects.</summary>
    /// <param name="lookUp">Addresses of the name.</param>
    /// <param name="connect">A channel to an address that has answered.</param>
    /// <param name="interval">Time between two look-ups.</param>
    /// <param name="time">Clock of the interval.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RpcException">No address answers.</exception>
    /// <exception cref="SocketException">The name cannot be looked up.</exception>
    public static async Task<BalancedChannels> ConnectAsync(
        Func<CancellationToken, Task<IPAddress[]>> lookUp, Func<IPAddress, CancellationToken, Task<GrpcChannel>> connect, TimeSpan interval, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var channels = new BalancedChannels(lookUp, connect, interval, time);
        await channels.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return channels;
    }

    /// <summary>The channel whose turn it is.</summary>
    public GrpcChannel Next()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedUp)) >= _interval && Interlocked.Exchange(ref _isLookingUp, 1) == 0)
        {
            Refreshing = RefreshOrKeepAsync();
        }

        var channels = _channels;
        return channels[(int)(Interlocked.Increment(ref _turn) % (uint)channels.Length)].Channel;
    }

    /// <summary>The last look-up beside calls, for tests to wait for.</summary>
    internal Task Refreshing { get; private set; } = Task.CompletedTask;

    private async Task RefreshOrKeepAsync()
    {
        try
        {
            await RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or RpcException)
        {
            // The calls themselves tell when the servers are gone; the next look-up comes in its time.
            Volatile.Write(ref _lookedUp, _time.GetTimestamp());
        }
        finally
        {
            Volatile.Write(ref _isLookingUp, 0);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var addresses = await _lookUp(cancellationToken).ConfigureAwait(false);
        var before = _channels;
        var tries = addresses.Distinct().Select(a => (Address: a, Task: ChannelToAsync(before, a, cancellationToken))).ToList();
        Task all = Task.WhenAll(tries.Select(t => t.Task));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var answering = tries.Where(t => t.Task.IsCompletedSuccessfully).Select(t => (t.Address, t.Task.Result)).ToArray();
        if (answering.Length == 0)
        {
            await all.ConfigureAwait(false);
            throw new RpcException(RpcException.StatusCode.Unavailable, "The target's name has no address.", null);
        }

        _channels = answering;
        Volatile.Write(ref _lookedUp, _time.GetTimestamp());
        foreach (var (_, channel) in before.Where(b => answering.All(a => !a.Address.Equals(b.Address))))
        {
            _ = DisposeLaterAsync(channel);
        }
    }

    private Task<GrpcChannel> ChannelToAsync((IPAddress Address, GrpcChannel Channel)[] known, IPAddress address, CancellationToken cancellationToken) =>
        known.FirstOrDefault(k => k.Address.Equals(address)).Channel is { } channel ? Task.FromResult(channel) : _connect(address, cancellationToken);

    /// <summary>Calls that are under way there may end.</summary>
    private async Task DisposeLaterAsync(GrpcChannel channel)
    {
        await Task.Delay(RpcTimeouts.LongPoll, _time).ConfigureAwait(false);
        channel.Dispose();
    }
}
