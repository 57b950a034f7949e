using Temporalio.Converters;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>What <c>mixed.js</c> gives an order.</summary>
public sealed record OrderInput(string Name, string Queue);

/// <summary>What it gets back.</summary>
public sealed record OrderResult(string Greeting, int Doubled, IReadOnlyList<int> Values, string Owner);

/// <summary>Uses an activity and a child of the TypeScript worker, then collects signals.</summary>
[Workflow]
public sealed class DotnetOrder
{
    private readonly List<int> _values = [];
    private string _state = "new";
    private bool _finished;

    [WorkflowRun]
    public async Task<OrderResult> RunAsync(OrderInput input)
    {
        var greeting = await Workflow.ExecuteActivityAsync<string>(
            "greet", [input.Name], new() { StartToCloseTimeout = TimeSpan.FromSeconds(20), TaskQueue = input.Queue });
        var doubled = await Workflow.ExecuteChildWorkflowAsync<int>("double", [21], new() { TaskQueue = input.Queue });
        _state = "waiting";
        await Workflow.WaitConditionAsync(() => _finished);
        _state = "done";
        var owner = Workflow.PayloadConverter.ToValue<string>(Workflow.Memo["owner"].Payload);
        return new(greeting, doubled, _values, owner);
    }

    [WorkflowSignal("add")]
    public Task AddAsync(int value)
    {
        _values.Add(value);
        return Task.CompletedTask;
    }

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _finished = true;
        return Task.CompletedTask;
    }

    [WorkflowQuery("state")]
    public string State() => _state;
}
