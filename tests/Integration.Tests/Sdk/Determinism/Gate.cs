using System.Threading.Channels;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Lets a worker take one workflow task at a time, when the test says so, and takes its connection away in the middle of one.</summary>
internal sealed class Gate(string workflowId)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);
    private readonly Channel<Turn> _sticky = Channel.CreateUnbounded<Turn>();
    private readonly Channel<Turn> _normal = Channel.CreateUnbounded<Turn>();
    private volatile Turn? _current;

    /// <summary>Whether nothing of the worker reaches the server any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The run whose next task may go to the worker's own queue.</summary>
    public string? StickyRun { get; private set; }

    /// <summary>When the server last saw the worker ask for tasks of its own queue.</summary>
    public DateTimeOffset Seen { get; private set; }

    /// <summary>Lets the worker take a task, and waits until it has handed it in with all tasks that came back with it.</summary>
    public async Task ReleaseAsync(bool alsoSticky = true, Fate fate = Fate.Lives)
    {
        var turn = new Turn(fate);
        _normal.Writer.TryWrite(turn);
        if (alsoSticky)
        {
            _sticky.Writer.TryWrite(turn);
        }

        try
        {
            await turn.Done.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw turn.WorkflowId.Length == 0 && turn.Polls > 0
                ? new LostPollException($"No workflow task came to '{workflowId}', although its worker asked.")
                : new BrokenSeedException($"The worker of '{workflowId}' did not {(turn.Polls == 0 ? "ask for a workflow task" : "hand its workflow task in")}.");
        }
    }

    /// <summary>Lets the server see that the worker is there.</summary>
    public async Task ShowAsync(DateTimeOffset now)
    {
        if (Seen != now)
        {
            Seen = now;
            var turn = new Turn(Fate.Lives);
            _sticky.Writer.TryWrite(turn);
            await Task.Delay(Glance);
            await turn.EndAsync();
        }
    }

    /// <summary>Ends the polls that wait for a turn, as the server ends those that it knows of.</summary>
    public void Close()
    {
        _sticky.Writer.TryComplete();
        _normal.Writer.TryComplete();
    }

    /// <summary>Cuts the worker off.</summary>
    public void Kill() => IsDead = true;

    /// <summary>A poll waits for its turn; null when the gate is closed.</summary>
    public async Task<Turn?> EnterAsync(TaskQueueKind kind, CancellationToken cancellationToken)
    {
        var turns = (kind == TaskQueueKind.Sticky ? _sticky : _normal).Reader;
        while (await turns.WaitToReadAsync(cancellationToken))
        {
            if (turns.TryRead(out var turn) && turn.TryJoin())
            {
                return turn;
            }
        }

        return null;
    }

    /// <summary>A poll brought a task.</summary>
    public async Task TookAsync(Turn turn, string id, string run)
    {
        turn.WorkflowId = id;
        turn.RunId = run;
        _current = turn;
        await turn.EndAsync();
        if (turn.Fate == Fate.LosesTask)
        {
            End();
        }
    }

    /// <summary>A task is about to be handed in.</summary>
    public void BeforeHandIn()
    {
        if (_current?.Fate == Fate.LosesCompletion)
        {
            End();
        }
    }

    /// <summary>A task was handed in.</summary>
    public void AfterHandIn(bool sticky, bool another)
    {
        var turn = _current!;
        if (turn.WorkflowId == workflowId)
        {
            StickyRun = sticky ? turn.RunId : null;
        }

        if (turn.Fate == Fate.LosesAnswer)
        {
            End();
        }

        if (!another)
        {
            turn.Done.TrySetResult();
        }
    }

    /// <summary>A task or its completion failed.</summary>
    public void Failed(string why) => _current?.Done.TrySetException(new BrokenSeedException($"'{workflowId}': {why}"));

    private void End()
    {
        IsDead = true;
        _current!.Done.TrySetResult();
        throw new RpcException(RpcException.StatusCode.Unavailable, "the worker is gone", null);
    }
}
