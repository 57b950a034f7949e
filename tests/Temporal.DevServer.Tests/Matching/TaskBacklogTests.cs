using Temporal.DevServer.Matching;

namespace Temporal.DevServer.Tests.Matching;

public sealed class TaskBacklogTests
{
    private readonly TaskBacklog _backlog = new();

    [Fact]
    public void Take_OfSeveralPriorities_GoesByPriorityAndThenByArrival()
    {
        foreach (var (name, priority) in new[] { ("e", 5), ("c1", 3), ("a", 1), ("c2", 0), ("b", 2), ("beyond", 99) })
        {
            _backlog.Add(New(name, priority), 1);
        }

        Assert.Equal(["a", "b", "c1", "c2", "e", "beyond"], Drain());
    }

    [Fact]
    public void Take_OfKeysWithWeights_SharesByWeightHoweverMuchWaits()
    {
        for (var i = 0; i < 90; i++)
        {
            _backlog.Add(New($"heavy{i}", key: "heavy"), 3);
        }

        for (var i = 0; i < 30; i++)
        {
            _backlog.Add(New($"light{i}", key: "light"), 1);
        }

        var first = Drain().Take(40).ToList();
        Assert.InRange(first.Count(n => n.StartsWith("light", StringComparison.Ordinal)), 9, 11);
        Assert.Equal(first.Where(n => n.StartsWith("heavy", StringComparison.Ordinal)).Select((_, i) => $"heavy{i}"), first.Where(n => n.StartsWith("heavy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Take_AfterAKeyWasIdle_GivesItNoCreditForThePast()
    {
        for (var i = 0; i < 100; i++)
        {
            _backlog.Add(New($"busy{i}", key: "busy"), 1);
        }

        for (var i = 0; i < 50; i++)
        {
            _backlog.Take();
        }

        for (var i = 0; i < 20; i++)
        {
            _backlog.Add(New($"late{i}", key: "late"), 1);
        }

        Assert.InRange(Drain().Take(20).Count(n => n.StartsWith("late", StringComparison.Ordinal)), 9, 11);
    }

    [Fact]
    public void AddFirst_OfAReturnedTask_ComesBeforeAllOfItsPriority()
    {
        _backlog.Add(New("one"), 1);
        _backlog.Add(New("urgent", 1), 1);
        _backlog.AddFirst(New("back"));
        Assert.Equal(["urgent", "back", "one"], Drain());
    }

    [Fact]
    public void Take_WithACondition_PassesOverWhatMayNotGo()
    {
        _backlog.Add(New("no", key: "limited"), 1);
        _backlog.Add(New("yes"), 1);
        Assert.Equal("yes", _backlog.Take(t => t.FairnessKey.Length == 0)?.WorkflowId);
        Assert.Equal(1, _backlog.Count);
    }

    [Fact]
    public void RateLimit_OfTwoPerSecond_LetsTwoThroughAndThenOneEveryHalfSecond()
    {
        var limit = new RateLimit(2);
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.WaitAt(now));
            limit.Take();
        }

        var wait = limit.WaitAt(now);
        Assert.InRange(wait!.Value.TotalMilliseconds, 500, 502);
        Assert.Equal(TimeSpan.Zero, limit.WaitAt(now + wait.Value));
        Assert.Null(new RateLimit(0).WaitAt(now));
    }

    [Fact]
    public void EventRate_AfterHalfAMinute_Forgets()
    {
        var rate = new EventRate();
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var i = 0; i < 60; i++)
        {
            rate.Count(now.AddSeconds(i / 2d));
        }

        Assert.InRange(rate.At(now.AddSeconds(29.9)), 1.8, 2.2);
        Assert.Equal(0, rate.At(now.AddMinutes(2)));
    }

    private List<string> Drain()
    {
        var order = new List<string>();
        while (_backlog.Take() is { } task)
        {
            order.Add(task.WorkflowId);
        }

        return order;
    }

    private static QueueTask New(string name, int priority = 0, string key = "") => new()
    {
        Kind = QueueTaskKind.Workflow,
        NamespaceId = "ns",
        WorkflowId = name,
        RunId = "run",
        Queue = "tq",
        Priority = priority,
        FairnessKey = key,
    };
}
