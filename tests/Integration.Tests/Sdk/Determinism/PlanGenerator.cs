namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Makes the workflow of a seed. The same seed makes the same workflow.</summary>
internal sealed class PlanGenerator(int seed)
{
    private const int MaxPlans = 4;
    private readonly Random _random = new(seed);
    private int _plans;
    private int _steps;
    private int _seconds;

    public Plan Next(int depth = 0)
    {
        _plans++;
        var signals = _random.Next(0, 4);
        var updates = _random.Next(0, 3);
        var children = new List<Plan>();
        while (depth < 2 && _plans < MaxPlans && _random.Next(100) < 45)
        {
            children.Add(Next(depth + 1));
        }

        var scope = new Scope(signals, updates, children.Count, 14 - (4 * depth));
        var body = Block(StepKind.Sequence, scope, 0, _random.Next(2, 6));
        return new(
            body,
            [.. Enumerable.Range(0, signals).Select(_ => Handler(scope))],
            [.. Enumerable.Range(0, updates).Select(i => i == 0 && _random.Next(100) < 30 ? null : Handler(scope))],
            [.. children],
            _random.Next(100) < 20 ? 2 : 1,
            _random.Next(100) < 70);
    }

    // Handlers start no children and wait for nothing that may never come.
    private Step Handler(Scope scope) => Block(StepKind.Sequence, scope with { Signals = 0, Updates = 0, Children = 0, Budget = 3 }, 2, _random.Next(0, 3));

    private Step Block(StepKind kind, Scope scope, int depth, int count) =>
        New(kind, steps: [.. Enumerable.Range(0, count).Select(_ => Any(scope, depth + 1))]);

    private Step Any(Scope scope, int depth)
    {
        scope.Used++;
        var nest = depth < 4 && scope.Used < scope.Budget;
        while (true)
        {
            switch (_random.Next(24))
            {
                case 0 or 1 or 2 or 3:
                    return New(StepKind.Activity, option: _random.Next(3));
                case 4 or 5:
                    return New(StepKind.Local, _random.Next(3), _random.Next(5));
                case 6 or 7:
                    return New(StepKind.Timer, Seconds());
                case 8 or 9 or 10 when scope.Signals > 0:
                    return New(StepKind.AwaitSignal, _random.Next(scope.Signals));
                case 11 when scope.Signals > 0:
                    return New(StepKind.AwaitSignalOrTime, _random.Next(scope.Signals), Seconds());
                case 12 when scope.Updates > 1:
                    return New(StepKind.AwaitUpdate, _random.Next(1, scope.Updates));
                case 13 or 14 when scope.Children > 0:
                    return New(StepKind.Child, _random.Next(scope.Children), _random.Next(12));
                case 15:
                    return New(StepKind.Memo, _random.Next(10));
                case 16:
                    return New(StepKind.Echo);
                case 17 when nest:
                    return Block(StepKind.All, scope, depth, _random.Next(2, 4));
                case 18 when nest:
                    return Block(StepKind.Race, scope, depth, _random.Next(2, 4));
                case 19 when nest:
                    return Block(StepKind.Try, scope, depth, _random.Next(1, 4));
                case 20 when nest && scope.Signals > 0:
                    return Block(StepKind.Scope, scope, depth, _random.Next(1, 3)) with { Number = _random.Next(scope.Signals) };
                case 21 when nest && !scope.Locked && _random.Next(2) == 0:
                    return Block(StepKind.Locked, scope with { Locked = true }, depth, _random.Next(1, 3));
                case 21 when nest:
                    return Block(StepKind.Shield, scope, depth, _random.Next(1, 3));
                case 22 when nest:
                    return Block(StepKind.Patch, scope, depth, 2);
                case 23 when _random.Next(4) == 0:
                    return New(StepKind.Throw);
            }
        }
    }

    // No two timers are as long, so that none of a workflow's are due at once.
    private int Seconds() => (_random.Next(1, 50_000) * 200) + ++_seconds;

    private Step New(StepKind kind, int number = 0, int option = 0, Step[]? steps = null) => new(++_steps, kind, number, option, steps);

    private sealed record Scope(int Signals, int Updates, int Children, int Budget)
    {
        public int Used { get; set; }

        public bool Locked { get; init; }
    }
}
