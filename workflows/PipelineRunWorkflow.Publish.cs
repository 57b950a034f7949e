using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>From staged to visible.</content>
public sealed partial class PipelineRunWorkflow
{
    /// <summary>How often a dataset is made again because other runs changed what it reads, before the run gives up.</summary>
    private const int MaxConflicts = 50;

    private readonly HashSet<string> _madeAgain = [];
    private CancellationTokenSource? _finish;

    /// <summary>Ends what the run does: its cancellation or the end of its time, until something is visible.</summary>
    private CancellationToken? Work => _finish?.Token ?? _clock?.Token;

    /// <summary>Publishes all datasets. What is visible in part is made visible whole: a cancellation, or the end of the run's time, that comes after the first commit comes too late.</summary>
    private async Task PublishAllAsync(RunPlan plan, IReadOnlyList<LandedFile> landed, Steps steps)
    {
        _published.Add(await PublishAsync(plan, plan.Datasets[0], landed, steps));
        using var finish = _finish = new CancellationTokenSource();
        var watching = StopAsOnceAsync(finish);
        try
        {
            var finishing = new Steps(plan, finish.Token);
            foreach (var dataset in plan.Datasets.Skip(1))
            {
                _published.Add(await PublishAsync(plan, dataset, landed, finishing));
            }
        }
        finally
        {
            Stop(finish);
            await watching;
        }
    }

    private static void Stop(CancellationTokenSource source) => source.Cancel();

    /// <summary>Histories of workers before 0.4 stopped where they were.</summary>
    private async Task StopAsOnceAsync(CancellationTokenSource finish)
    {
        var work = _clock?.Token ?? Workflow.CancellationToken;
        try
        {
            await Workflow.WaitConditionAsync(() => work.IsCancellationRequested, finish.Token);
        }
        catch (OperationCanceledException) when (finish.IsCancellationRequested)
        {
            return;
        }

        if (!Workflow.Patched("publish-to-the-end"))
        {
            Stop(finish);
        }
    }

    /// <summary>Publishes; when another run has changed what the rows were made from, or this run has made that again, makes them again from what is there now.</summary>
    private async Task<DatasetResult> PublishAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<LandedFile> landed, Steps steps)
    {
        if (_staged[dataset.Name].Reads.Any(r => _madeAgain.Contains(r.Dataset)) && Workflow.Patched("readers-of-made-again"))
        {
            await MakeAgainAsync();
        }

        for (var conflicts = 0; ; conflicts++)
        {
            var staged = _staged[dataset.Name];
            var published = await StepAsync($"publish {dataset.Name}", () => Workflow.ExecuteActivityAsync(
                (IPipelineActivities a) => a.PublishAsync(new PublishRequest(plan.WithoutInputs(), dataset, staged)), Steps.For(steps.Publish, dataset)));
            if (published.Version is { } version)
            {
                return new DatasetResult(dataset.Name, version, staged.Partitions, staged.Counts, staged.Rules);
            }

            if (conflicts == MaxConflicts)
            {
                throw new ApplicationFailureException(
                    $"Dataset '{dataset.Name}' of {plan.Request.WorkflowId} was made {MaxConflicts + 1} times and each time other runs changed what it reads: {published.Conflict}. "
                    + "Help: run fewer partitions at once.",
                    ErrorTypes.Contention,
                    nonRetryable: true);
            }

            await MakeAgainAsync();
        }

        Task MakeAgainAsync()
        {
            _madeAgain.Add(dataset.Name);
            return StageAsync(plan, dataset, landed, steps);
        }
    }
}
