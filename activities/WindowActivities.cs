using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Windows;
using Temporalio.Activities;

namespace Orchestrator.Activities;

/// <summary>The activities of a partition's window; see <see cref="IWindowActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where the ledger and the windows' states lie.</param>
public sealed class WindowActivities(PipelineFolder pipelines, LakeRoot lake) : IWindowActivities
{
    /// <inheritdoc/>
    [Activity]
    public Task<WindowState> OpenWindowAsync(WindowRequest request) => Step.RunAsync(cancellationToken =>
        new WindowPlanner(pipelines.Load(request.Pipeline), lake).OpenAsync(request, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task<WindowSurvey> SurveyWindowAsync(WindowRequest request)
    {
        var client = ActivityExecutionContext.Current.TemporalClient;
        return Step.RunAsync(cancellationToken => new WindowPlanner(pipelines.Load(request.Pipeline), lake).SurveyAsync(request, client, cancellationToken));
    }

    /// <inheritdoc/>
    [Activity]
    public Task RecordWindowAsync(WindowState state) => Step.RunAsync(async cancellationToken =>
    {
        await new WindowStore(lake.Store).WriteAsync(state, cancellationToken);
        await lake.Outbox.AddAsync(WindowStore.PathOf(state.Pipeline, state.Partition), cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task AwaitBackfillAsync(string workflowId) => OtherWork.EndedAsync(workflowId);

    /// <inheritdoc/>
    [Activity]
    public Task<FeedResult> FeedWindowsAsync(FeedRequest request)
    {
        var (client, queue) = (ActivityExecutionContext.Current.TemporalClient, ActivityExecutionContext.Current.Info.TaskQueue);
        return Step.RunAsync(cancellationToken => new WindowFeed(pipelines.Load(request.Pipeline), lake).RunAsync(client, queue, cancellationToken));
    }
}
