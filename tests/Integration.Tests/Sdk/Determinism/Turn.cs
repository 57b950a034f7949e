namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>The right of one worker to take one workflow task, from whichever of its queues has it.</summary>
internal sealed class Turn(Fate fate)
{
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _polls;
    private bool _isOver;

    public Fate Fate { get; } = fate;

    public string WorkflowId { get; set; } = "";

    public string RunId { get; set; } = "";

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fires when a task was found.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Polls that wait.</summary>
    public int Polls
    {
        get
        {
            lock (_lock)
            {
                return _polls;
            }
        }
    }

    /// <summary>A poll takes part; false when it comes too late.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            _polls += _isOver ? 0 : 1;
            return !_isOver;
        }
    }

    /// <summary>A poll ends.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_polls == 0 && _isOver)
            {
                _left.TrySetResult();
            }
        }
    }

    /// <summary>Ends the polls that go on, and waits until they have.</summary>
    public async Task EndAsync()
    {
        lock (_lock)
        {
            _isOver = true;
            if (_polls == 0)
            {
                _left.TrySetResult();
            }
        }

        await _over.CancelAsync();
        await _left.Task;
    }
}
