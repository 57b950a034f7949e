namespace Lakehouse.DuckDb;

/// <summary>
/// Interrupts one call when a token is cancelled. An interrupt that arrives before the statement runs is lost, so it is sent again until the call returns;
/// the lock makes sure none is sent after that, where it would hit the next statement. Holds the connection open meanwhile.
/// </summary>
internal sealed class InterruptScope : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly ConnectionHandle _connection;
    private readonly CancellationTokenRegistration _registration;
    private readonly bool _held;
    private Timer? _timer;
    private bool _ended;

    public InterruptScope(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _connection = connection;
        _connection.DangerousAddRef(ref _held);
        _registration = cancellationToken.UnsafeRegister(static scope => ((InterruptScope)scope!).Start(), this);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _timer?.Dispose();
        }

        _registration.Dispose();
        if (_held)
        {
            _connection.DangerousRelease();
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _timer = new Timer(static scope => ((InterruptScope)scope!).Interrupt(), this, TimeSpan.Zero, Again);
            }
        }
    }

    private void Interrupt()
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
