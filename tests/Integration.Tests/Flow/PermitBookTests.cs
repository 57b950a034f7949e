using System.Text.Json;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows.Flow;

namespace Integration.Tests.Flow;

/// <summary>The decisions of semaphores and breakers, apart from workflows.</summary>
public sealed class PermitBookTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Book_InAnyOrderOfEvents_NeverGivesMoreThanItMay()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            Play(seed);
        }
    }

    [Fact]
    public void Grant_ByLaneThenPriorityThenArrival()
    {
        var book = Book();
        book.Set(new PermitSettings { Capacity = 0 });
        Ask(book, "b1", RunLane.Backfill);
        Ask(book, "l1", RunLane.Late);
        Ask(book, "n3", RunLane.Live, priority: 3);
        Ask(book, "n1", RunLane.Live, priority: 1);
        Ask(book, "n3b", RunLane.Live, priority: 3);
        Ask(book, "b2", RunLane.Backfill);
        Assert.Empty(book.Grant(Start));
        book.Set(new PermitSettings { Capacity = 9 });
        Assert.Equal(["n1", "n3", "n3b", "l1", "b1", "b2"], book.Grant(Start).Select(l => l.Request.Id));
    }

    [Fact]
    public void Grant_OfTenantsWithWeights_IsInProportionAndSavesNothingUp()
    {
        var book = Book();
        book.Set(new PermitSettings { Capacity = 1, Weights = new Dictionary<string, double> { ["big"] = 3 } });
        for (var i = 0; i < 40; i++)
        {
            Ask(book, $"big{i}", tenant: "big");
            Ask(book, $"small{i}", tenant: "small");
        }

        var order = Drain(book, 40);
        Assert.Equal(30, order.Count(id => id.StartsWith("big", StringComparison.Ordinal)));
        Assert.All(order.Chunk(4), four => Assert.InRange(four.Count(id => id.StartsWith("big", StringComparison.Ordinal)), 2, 4));

        // One who comes new has its turn with the others, not before all that waited.
        for (var i = 0; i < 10; i++)
        {
            Ask(book, $"new{i}", tenant: "new");
        }

        Assert.InRange(Drain(book, 10).Count(id => id.StartsWith("new", StringComparison.Ordinal)), 1, 6);
    }

    [Fact]
    public void Capacity_OfGroupsDeclaredTwice_IsTheSmallerUntilAnOperatorSetsIt()
    {
        var book = Book();
        Ask(book, "a", limit: 5, pipeline: "one");
        Ask(book, "b", limit: 2, pipeline: "two");
        Assert.Equal(2, book.Capacity);
        book.Set(new PermitSettings { Capacity = 7 });
        Assert.Equal(7, book.Capacity);
        book.Set(new PermitSettings { Capacity = -1 });
        Assert.Equal(2, book.Capacity);
        Ask(book, "c", limit: 4, pipeline: "two");
        Assert.Equal(4, book.Capacity);
    }

    [Fact]
    public void Ask_ForAPermitThatSomebodyHas_BooksItAlsoAboveTheCapacity()
    {
        var book = Book();
        Ask(book, "a", limit: 1);
        Assert.Equal("a", Assert.Single(book.Grant(Start)).Request.Id);
        Ask(book, "b", limit: 1);
        foreach (var id in new[] { "a", "b", "c", "c" })
        {
            Assert.False(Ask(book, id, limit: 1, isHeld: true));
        }

        Assert.Equal((3, 0), (book.Leases.Count, book.WaitingCount));
        Ask(book, "d", limit: 1);
        book.Release("a");
        book.Release("b");
        Assert.Empty(book.Grant(Start));
        book.Release("c");
        Assert.Equal("d", Assert.Single(book.Grant(Start)).Request.Id);
    }

    [Fact]
    public void Breaker_AfterFailuresInARow_OpensAndOneTryDecides()
    {
        var rule = new BreakerRule(3, TimeSpan.FromMinutes(5));
        var state = new BreakerState();
        BreakerState Hear(bool failed, bool probe = false) => state = BreakerMachine.After(state, new BreakerReport(failed, "down", rule, probe), Start);
        Hear(true);
        Hear(true);
        Hear(false);
        Hear(true);
        Assert.Equal(BreakerPhase.Closed, Hear(true).Phase);
        Assert.Equal((BreakerPhase.Open, Start + rule.Cooldown), (Hear(true).Phase, state.OpenUntil));
        Assert.Equal(BreakerPhase.Open, Hear(false).Phase);
        state = BreakerMachine.AfterCooldown(state);
        Assert.Equal(BreakerPhase.HalfOpen, Hear(false).Phase);
        Assert.Equal(BreakerPhase.Open, Hear(true, probe: true).Phase);
        state = BreakerMachine.AfterCooldown(state);
        Assert.Equal((BreakerPhase.Closed, 0), (Hear(false, probe: true).Phase, state.Failures));
    }

    /// <summary>Requests come, end, are lost and asked again; operators and the breaker interfere; the book is closed and opened again.</summary>
    private static void Play(int seed)
    {
        var random = new Random(seed);
        var book = Book();
        var now = Start;
        var out_ = new HashSet<string>();
        var asked = new List<string>();
        var ended = new HashSet<string>();
        var granted = new List<DateTime>();
        int? rate = random.Next(2) == 0 ? random.Next(1, 6) : null;
        for (var step = 0; step < 400; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(3000));
            switch (random.Next(10))
            {
                case < 4:
                    Ask(book, $"r{asked.Count}", (RunLane)random.Next(3), $"t{random.Next(3)}", random.Next(1, 6), random.Next(1, 5), $"p{random.Next(2)}", rate, now);
                    asked.Add($"r{asked.Count}");
                    break;
                case < 6 when out_.Count > 0:
                    var id = out_.ElementAt(random.Next(out_.Count));
                    book.Release(new PermitRelease(id, (PermitOutcome)random.Next(3), "x"));
                    out_.Remove(id);
                    ended.Add(id);
                    break;
                case 6 when asked.Count > 0:
                    // A signal that comes twice.
                    var again = asked[random.Next(asked.Count)];
                    if (!ended.Contains(again))
                    {
                        Assert.Equal(out_.Contains(again), Ask(book, again, pipeline: "p0", rate: rate, now: now));
                    }

                    break;
                case 7 when random.Next(4) == 0:
                    book.Set(new PermitSettings { Capacity = random.Next(-1, 5), Weights = new Dictionary<string, double> { [$"t{random.Next(3)}"] = random.Next(1, 5) } });
                    break;
                case 8 when random.Next(4) == 0:
                    book.Hear(new BreakerState { Phase = (BreakerPhase)random.Next(3) });
                    break;
                case 9:
                    book = new PermitBook(JsonSerializer.Deserialize<SemaphoreState>(JsonSerializer.Serialize(book.ToState(), PayloadFormat.Json), PayloadFormat.Json)!);
                    break;
            }

            var before = out_.Count;
            var given = book.Grant(now);
            foreach (var lease in given)
            {
                Assert.True(out_.Add(lease.Request.Id), $"seed {seed}: {lease.Request.Id} twice");
                granted.Add(now);
            }

            Assert.True(given.Count == 0 || out_.Count <= book.Capacity, $"seed {seed}: {out_.Count} of {book.Capacity}");
            Assert.True(given.Count == 0 || book.Breaker.Phase is not BreakerPhase.Open, $"seed {seed}: granted while open");
            Assert.True(book.Leases.Count(l => l.IsProbe) <= 1, $"seed {seed}: two tries");
            Assert.True(rate is null || granted.Count(g => g > now - TimeSpan.FromMinutes(1)) <= rate, $"seed {seed}: more than {rate} a minute");
            Assert.Equal(out_.Order(), book.Leases.Select(l => l.Request.Id).Order());
        }

        // Nobody is forgotten: once all is well again everybody has a turn.
        book.Hear(new BreakerState());
        book.Set(new PermitSettings { Capacity = 2 });
        while (out_.Count > 0 || book.WaitingCount > 0)
        {
            foreach (var id in out_)
            {
                book.Release(id);
            }

            ended.UnionWith(out_);
            out_.Clear();
            now += TimeSpan.FromMinutes(1);
            var given = book.Grant(now);
            Assert.True(given.Count > 0 || book.WaitingCount == 0, $"seed {seed}: {book.WaitingCount} wait for ever");
            out_.UnionWith(given.Select(l => l.Request.Id));
        }

        Assert.Equal(asked.Count, ended.Count);
    }

    private static List<string> Drain(PermitBook book, int count)
    {
        var order = new List<string>();
        while (order.Count < count)
        {
            var lease = Assert.Single(book.Grant(Start));
            order.Add(lease.Request.Id);
            book.Release(lease.Request.Id);
        }

        return order;
    }

    private static PermitBook Book() => new(new SemaphoreState { Group = "g" });

    private static bool Ask(
        PermitBook book, string id, RunLane lane = RunLane.Live, string tenant = "default", int priority = 3, int limit = 1, string pipeline = "p", int? rate = null, DateTime? now = null, bool isHeld = false) => book.Ask(
            new PermitRequest
            {
                Id = id,
                WorkflowId = "run/" + id,
                RunId = id,
                Step = "load",
                Pipeline = pipeline,
                Group = new GroupPlan("g", limit) { RatePerMinute = rate, Breaker = new BreakerRule(2, TimeSpan.FromMinutes(1)) },
                Lane = lane,
                Priority = priority,
                Tenant = tenant,
                IsHeld = isHeld,
            },
            now ?? Start);
}
