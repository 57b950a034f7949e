using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>What can be told to a window.</content>
public sealed partial class PartitionWindowWorkflow
{
    /// <summary>An object of the partition arrived, changed or went. Telling it twice is telling it once.</summary>
    [WorkflowSignal("late")]
    public Task LateAsync(Arrival arrival)
    {
        // Without a hash, what comes while the object is being worked in may be another state of it.
        if (_pending.All(p => p.Identity() != arrival.Identity()) && (arrival.Sha256 is null || _working.All(p => p.Identity() != arrival.Identity())))
        {
            _pending.Add(arrival with { ArrivedAt = arrival.ArrivedAt ?? Workflow.UtcNow });
            _told++;
        }

        return Task.CompletedTask;
    }

    /// <summary>Seals the partition later than its pipeline says.</summary>
    [WorkflowUpdate("extend")]
    public Task<WindowState> ExtendAsync(WindowExtension extension)
    {
        _state = _state with
        {
            Extensions = [.. _state.Extensions, extension],
            Policy = _state.Policy is { } policy ? policy with { SealsAt = extension.Until } : null,
        };
        return Task.FromResult(State());
    }

    [WorkflowUpdateValidator(nameof(ExtendAsync))]
    public void ValidateExtend(WindowExtension extension)
    {
        if (extension.By.Length == 0 || extension.Reason.Length == 0)
        {
            throw Refused("An extension needs who extends ('by') and why ('reason'). Help: give both.");
        }

        if (_state.SealedAt is { } at)
        {
            throw Refused($"Partition '{_request.Partition}' was sealed at {at:u}. Help: what arrives now is held by its run; approve it there.");
        }

        var seals = _state.Extensions.Count > 0 ? _state.Extensions[^1].Until : _state.Policy?.SealsAt;
        if (extension.Until <= Workflow.UtcNow || extension.Until <= seals)
        {
            throw Refused($"'until' is to be later than now and than the seal at {seals?.ToString("u") ?? "an unknown time"}: seen {extension.Until:u}. Help: give a later time, as 2026-01-31T00:00:00Z.");
        }
    }

    private static ApplicationFailureException Refused(string message) => new(message, ErrorTypes.DecisionRefused, nonRetryable: true);
}
