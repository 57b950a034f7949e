using System.Runtime.ExceptionServices;

namespace Lakehouse.DuckDb;

/// <summary>
/// Watches over one call: interrupts it when a token is cancelled or its time is up, and reports its progress. An interrupt that arrives before the
/// statement runs is lost, so it is sent again until the call returns; the lock makes sure none is sent after that, where it would hit the next statement.
/// Holds the connection open meanwhile.
/// </summary>
internal sealed class StatementScope : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly ConnectionHandle _connection;
    private readonly StatementLimits _limits;
    private readonly CancellationTokenRegistration _registration;
    private readonly Timer? _deadline;
    private readonly Timer? _reports;
    private readonly bool _held;
    private Timer? _interrupts;
    private Exception? _listenerFailure;
    private bool _timedOut;
    private bool _ended;

    public StatementScope(ConnectionHandle connection, StatementLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _connection = connection;
        _limits = limits;
        _connection.DangerousAddRef(ref _held);
        _registration = cancellationToken.UnsafeRegister(static scope => ((StatementScope)scope!).Interrupt(), this);
        if (limits.Timeout is { } timeout)
        {
            _deadline = new Timer(static scope => ((StatementScope)scope!).TimeOut(), this, timeout, Timeout.InfiniteTimeSpan);
        }

        if (limits.OnProgress is not null)
        {
            _reports = new Timer(static scope => ((StatementScope)scope!).Report(), this, limits.ProgressInterval, limits.ProgressInterval);
        }
    }

    /// <summary>Why an interrupted call was interrupted, as the exception to end it with; returns when nobody here asked for it.</summary>
    public void ThrowIfAsked(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_listenerFailure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_timedOut)
            {
                throw new LakehouseException(
                    "duckdb.timeout",
                    $"A statement of the SQL engine was stopped: expected to end within {_limits.Timeout}, seen it run for longer.{Environment.NewLine}Help: let it read less, or raise the statement's time limit.");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _interrupts?.Dispose();
        }

        _deadline?.Dispose();
        _reports?.Dispose();
        _registration.Dispose();
        if (_held)
        {
            _connection.DangerousRelease();
        }
    }

    private void TimeOut()
    {
        lock (_gate)
        {
            _timedOut = true;
            Interrupt();
        }
    }

    private void Report()
    {
        StatementProgress progress;
        lock (_gate)
        {
            if (_ended || _listenerFailure is not null)
            {
                return;
            }

            progress = StatementProgress.Of(NativeMethods.duckdb_query_progress(_connection.DangerousGetHandle()));
        }

        try
        {
            _limits.OnProgress!(progress);
        }
        catch (Exception e)
        {
            // It ends the statement, whose caller gets it: on a timer's thread it would end the process.
            lock (_gate)
            {
                _listenerFailure = e;
                Interrupt();
            }
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _interrupts ??= new Timer(static scope => ((StatementScope)scope!).InterruptOnce(), this, TimeSpan.Zero, Again);
            }
        }
    }

    private void InterruptOnce()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                NativeMethods.duckdb_interrupt(_connection.DangerousGetHandle());
            }
        }
    }
}
