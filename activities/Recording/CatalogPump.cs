using Lakehouse;
using Microsoft.Extensions.Logging;
using Orchestrator.Catalog;

namespace Orchestrator.Activities.Recording;

/// <summary>Tells the catalog what happens, beside the work and never in its way: while Postgres is away runs go on, and what they tell waits in the lake.</summary>
/// <param name="follower">The catalog.</param>
/// <param name="lake">The lake.</param>
/// <param name="log">Where it says that the catalog is away, and that it is back.</param>
public sealed class CatalogPump(CatalogFollower follower, LakeRoot lake, ILogger log)
{
    /// <summary>How often it looks for what other processes left.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Why the catalog is behind; null when it is not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Works until it is stopped; then tells what is left, if the catalog takes it within the time.</summary>
    /// <param name="last">How long the end may take.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeSpan last, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            failures = await TryAsync(isLast: false, stop) ? 0 : failures + 1;
            try
            {
                if (failures == 0)
                {
                    await lake.Outbox.ChangedAsync(Look, stop);
                }
                else
                {
                    var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(failures, 6)) / 4));
                    await Task.Delay(pause, stop);
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        using var limit = new CancellationTokenSource(last);
        await TryAsync(isLast: true, limit.Token);
    }

    private async Task<bool> TryAsync(bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            await follower.CatchUpAsync(cancellationToken);
            if (follower.Refused.Count > 0)
            {
                var (path, why) = follower.Refused.First();
                return Failed(new CatalogException($"{follower.Refused.Count} records are not taken, the first is '{path}': {why}"));
            }

            if (Problem is not null)
            {
                log.LogInformation("The catalog is back and holds all that the lake does.");
                Problem = null;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            if (isLast)
            {
                Problem ??= "it was not told everything before the end";
            }

            return false;
        }
        catch (Exception e) when (e is CatalogException or LakehouseException or IOException or UnauthorizedAccessException or TimeoutException or Npgsql.NpgsqlException)
        {
            return Failed(e);
        }
    }

    private bool Failed(Exception e)
    {
        if (Problem is null)
        {
            log.LogWarning(e, "The catalog is behind: runs go on, what they tell it waits in the lake.");
        }

        Problem = e.Message;
        return false;
    }
}
