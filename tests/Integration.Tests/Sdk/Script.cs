using System.Collections.Concurrent;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>A workflow whose code is given by the test, with handlers that most tests need.</summary>
[Workflow]
public sealed class Script
{
    private static readonly ConcurrentDictionary<string, Func<Script, Task<string>>> Bodies = new();

    /// <summary>What arrived by signals and updates.</summary>
    public List<string> Inbox { get; } = [];

    [WorkflowQuery]
    public string State { get; set; } = "new";

    /// <summary>Keeps the code of a workflow; the key is the argument to start it with.</summary>
    public static string Keep(Func<Script, Task<string>> body)
    {
        var key = Guid.NewGuid().ToString("N");
        Bodies[key] = body;
        return key;
    }

    [WorkflowRun]
    public Task<string> RunAsync(string key) => Bodies[key](this);

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        Inbox.Add(value);
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<string> ChangeAsync(string value)
    {
        Inbox.Add(value);
        return Task.FromResult($"changed to {value}");
    }

    [WorkflowUpdateValidator(nameof(ChangeAsync))]
    public void CheckChange(string value)
    {
        if (value == "bad")
        {
            throw new ApplicationFailureException("no bad changes");
        }
    }

    [WorkflowQuery]
    public string Repeat(string value, int times) => string.Concat(Enumerable.Repeat(value, times));

    /// <summary>Waits until this many values have arrived, and gives them.</summary>
    public async Task<string> ReceiveAsync(int count)
    {
        await Workflow.WaitConditionAsync(() => Inbox.Count >= count);
        return string.Join(' ', Inbox);
    }
}
