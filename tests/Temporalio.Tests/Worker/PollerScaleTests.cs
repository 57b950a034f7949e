using Temporalio.Api.TaskQueue.V1;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;

namespace Temporalio.Tests.Worker;

public sealed class PollerScaleTests
{
    [Fact]
    public async Task Advice_WithinBounds_OpensAndClosesPolls()
    {
        await using var polls = new Polls(new PollerBehavior.Autoscaling(minimum: 2, maximum: 6, initial: 3));
        Assert.Equal(3, polls.Open);

        polls.Scale.Succeeded(new() { PollRequestDeltaSuggestion = 2 }, found: true);
        Assert.Equal(5, polls.Open);
        polls.Scale.Succeeded(new() { PollRequestDeltaSuggestion = 9 }, found: true);
        Assert.Equal(6, polls.Open);
        polls.Scale.Succeeded(new() { PollRequestDeltaSuggestion = -1 }, found: true);
        Assert.Equal(5, polls.Open);
        polls.Scale.Succeeded(null, found: true);
        Assert.Equal(5, polls.Open);
        polls.Scale.Succeeded(null, found: false);
        Assert.Equal(4, polls.Open);
        polls.Scale.Failed(RpcException.StatusCode.Unavailable);
        Assert.Equal(3, polls.Open);
        polls.Scale.Succeeded(new() { PollRequestDeltaSuggestion = -9 }, found: true);
        Assert.Equal(2, polls.Open);
    }

    [Fact]
    public async Task Advice_Never_LeavesTheNumberUntilTheServerIsExhausted()
    {
        await using var polls = new Polls(new PollerBehavior.Autoscaling(minimum: 1, maximum: 10, initial: 8));

        polls.Scale.Succeeded(null, found: false);
        polls.Scale.Failed(RpcException.StatusCode.Unavailable);
        Assert.Equal(8, polls.Open);
        polls.Scale.Failed(RpcException.StatusCode.ResourceExhausted);
        Assert.Equal(4, polls.Open);
    }

    [Fact]
    public async Task SimpleMaximum_AnyAdvice_StaysAsItIs()
    {
        await using var polls = new Polls(new PollerBehavior.SimpleMaximum(4));

        polls.Scale.Succeeded(new() { PollRequestDeltaSuggestion = 3 }, found: true);
        polls.Scale.Failed(RpcException.StatusCode.ResourceExhausted);

        Assert.Equal(4, polls.Open);
    }

    [Fact]
    public async Task Run_OnePollThatThrows_EndsAtOnceAlthoughOthersGoOn()
    {
        var others = new TaskCompletionSource();
        var polls = 0;
        var scale = new PollerScale(
            new PollerBehavior.SimpleMaximum(3),
            _ => Interlocked.Increment(ref polls) == 2 ? Task.FromException(new NotSupportedException("this one")) : others.Task,
            CancellationToken.None);

        var thrown = await Assert.ThrowsAsync<NotSupportedException>(() => scale.RunAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        Assert.Equal("this one", thrown.Message);
        Assert.False(others.Task.IsCompleted);
        others.SetResult();
    }

    /// <summary>Loops that look after every step whether they may stay.</summary>
    private sealed class Polls : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private readonly List<TaskCompletionSource> _waiting = [];

        public Polls(PollerBehavior behavior)
        {
            Scale = new(behavior, LoopAsync, _stop.Token);
            _run = Scale.RunAsync();
        }

        public PollerScale Scale { get; }

        /// <summary>Ends every poll once and counts those that begin again.</summary>
        public int Open
        {
            get
            {
                var ended = _waiting.ToList();
                _waiting.Clear();
                ended.ForEach(w => w.SetResult());
                return _waiting.Count;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _ = Open;
            await _run;
            _stop.Dispose();
        }

        private async Task LoopAsync(PollerScale scale)
        {
            while (!_stop.IsCancellationRequested && !scale.TryLeave())
            {
                var poll = new TaskCompletionSource();
                _waiting.Add(poll);
                await poll.Task;
            }
        }
    }
}
