using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <content>What a namespace that is deleted leaves behind.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Takes out, before the runs of a namespace are deleted, whatever would start new ones. Default: null, there is nothing.</summary>
    public Func<string, Task>? NamespaceClosing { get; set; }

    /// <summary>Goes on with deletions that the last stop of the server interrupted.</summary>
    public void ResumeNamespaceDeletions()
    {
        foreach (var entry in _namespaces.All.Where(e => e.Record.Info.State == NamespaceState.Deleted))
        {
            DeleteNamespace(entry);
        }
    }

    /// <summary>Takes out all runs of a retired namespace and then the namespace itself, in the background.</summary>
    public void DeleteNamespace(NamespaceEntry entry) => _ = Task.Run(() => DeleteNamespaceAsync(entry));

    private async Task DeleteNamespaceAsync(NamespaceEntry entry)
    {
        try
        {
            await (NamespaceClosing?.Invoke(entry.Id) ?? Task.CompletedTask).ConfigureAwait(false);
            while (true)
            {
                var runs = new List<(string WorkflowId, string RunId)>();
                _store.ReadRows((_, row) =>
                {
                    if (row.NamespaceId == entry.Id)
                    {
                        runs.Add((row.WorkflowId, row.RunId));
                    }
                });
                if (runs.Count == 0)
                {
                    break;
                }

                foreach (var (workflowId, runId) in runs)
                {
                    _stopping.Token.ThrowIfCancellationRequested();
                    await DeleteIfThereAsync(entry.Id, workflowId, runId).ConfigureAwait(false);
                }
            }

            await _namespaces.RemoveAsync(entry).ConfigureAwait(false);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested)
        {
            LogStoppedMeanwhile(e);
        }
        catch (Exception e)
        {
            LogNamespaceDeletionFailed(e, entry.Name);
        }
    }

    private async Task DeleteIfThereAsync(string namespaceId, string workflowId, string runId)
    {
        try
        {
            await DeleteAsync(namespaceId, new() { WorkflowId = workflowId, RunId = runId }).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            LogGoneMeanwhile(workflowId, runId);
        }
    }

    [LoggerMessage(230, LogLevel.Error, "Namespace '{Name}' could not be deleted; it is tried again after the next start")]
    private partial void LogNamespaceDeletionFailed(Exception e, string name);

    [LoggerMessage(231, LogLevel.Debug, "Run '{RunId}' of workflow '{WorkflowId}' was deleted by somebody else meanwhile")]
    private partial void LogGoneMeanwhile(string workflowId, string runId);
}
