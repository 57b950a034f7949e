using System.Text;
using Lakehouse;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;
using Orchestrator.Cli.Commands;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Temporal.DevServer;

namespace Orchestrator.Cli.Stack;

/// <summary>How a check came out.</summary>
internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Not there, and not needed unless something uses it.</summary>
    Absent,

    /// <summary>Must be mended.</summary>
    Wrong,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="State">How it is.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Help">How to mend it; null when there is nothing to mend.</param>
internal sealed record Finding(string Check, FindingState State, string Seen, string? Help = null);

/// <summary>Looks at everything that the product needs of the place it runs in. Changes nothing but an object that it puts into the lake, and a file beside the database, that it takes away again.</summary>
internal sealed class Doctor(LocalSettings settings)
{
    /// <summary>Below this a run's spill and a lake's commits soon find no room.</summary>
    private const long LeastDisk = 1L << 30;

    /// <summary>What one engine of the smallest sensible limit needs beside the program.</summary>
    private const long LeastMemory = 768L << 20;

    private readonly Lazy<KnownPipelines> _known = new(() => KnownPipelines.Load(settings));

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken) =>
    [
        await CheckAsync("engine", "run infra/bootstrap.sh, which fetches the DuckDB library; on another platform than Linux x86_64 none is pinned yet", EngineAsync),
        await CheckAsync("pipelines", "'orchestrator validate FOLDER' shows all errors of a pipeline; --pipelines looks at another folder", PipelinesAsync),
        await CheckAsync("sources", "create the folder or bucket, correct the source's path, or give this user the right to list it; a secret is set where the workers run, and here", () => SourcesAsync(cancellationToken)),
        await CheckAsync("lake", "check the location (--lake, ORCHESTRATOR_LAKE, 'lake' in temporal-dev.yaml), the rights on it and, for a bucket, its credentials", () => LakeAsync(cancellationToken)),
        await CheckAsync("temporal", "check --address or TEMPORAL_ADDRESS, or leave both out to use the embedded server", () => TemporalAsync(cancellationToken)),
        await CheckAsync("database", "restore the file from a copy, or move it away: a new one is made, and what no longer goes on then is started anew; check the rights on it and its folder ('database' in temporal-dev.yaml)", DatabaseAsync),
        await CheckAsync("search attributes", "see the command above; runs work without", () => AttributesAsync(cancellationToken)),
        await CheckAsync("catalog", "check 'catalog' in temporal-dev.yaml or ORCHESTRATOR_CATALOG, and that the server runs; runs go on without it and nothing is lost", () => CatalogAsync(cancellationToken)),
        await CheckAsync("keys", $"set {FolderKeyRing.Variable} to a folder that can be read: contracts with privacy 'tokenise' need keys there", KeysAsync),
        await CheckAsync("disk", "free space where the lake, the database and the logs lie", DiskAsync),
        await CheckAsync("memory", "run on a machine or in a container with more memory, or lower limits.memory and worker.max_concurrent_activities", MemoryAsync),
    ];

    /// <summary>A check that throws has found something wrong: its words are what was seen.</summary>
    private static async Task<Finding> CheckAsync(string check, string help, Func<Task<(FindingState State, string Seen)>> look)
    {
        try
        {
            var (state, seen) = await look();
            return new Finding(check, state, WithoutHelp(seen), state == FindingState.Wrong ? help : null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Finding(check, FindingState.Wrong, WithoutHelp(e.Message), help);
        }
    }

    /// <summary>The first line of an error without its own help: the check's stands below it.</summary>
    private static string WithoutHelp(string text) => text.Split("Help:")[0].TrimEnd().Split('\n')[0];

    private static Task<(FindingState, string)> EngineAsync()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        return connection.Scalar<long>("SELECT 40 + 2") == 42
            ? Task.FromResult((FindingState.Good, $"DuckDB {DuckDbLibrary.Version}"))
            : throw new InvalidOperationException("The engine cannot add.");
    }

    private Task<(FindingState, string)> PipelinesAsync()
    {
        var known = _known.Value;
        return Task.FromResult(known switch
        {
            { Broken.Count: > 0 } => (FindingState.Wrong, $"'{known.Broken[0].Folder}' is not valid: {known.Broken[0].Error}"),
            { Specs.Count: 0 } => (FindingState.Absent, $"no pipeline in '{settings.Pipelines}': 'orchestrator init pipelines/NAME' makes one"),
            _ => (FindingState.Good, $"{string.Join(", ", known.Specs.Select(s => s.Name))} in '{settings.Pipelines}'"),
        });
    }

    private async Task<(FindingState, string)> SourcesAsync(CancellationToken cancellationToken)
    {
        var sources = _known.Value.Specs.SelectMany(p => p.Sources.Values).ToArray();
        foreach (var source in sources)
        {
            // Whether there is a first file does not matter: that it can be asked for does.
            await using var files = source.Files.ListAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await files.MoveNextAsync();
        }

        return sources.Length == 0 ? (FindingState.Absent, "no sound pipeline has any") : (FindingState.Good, $"{Amount.Of(sources.Length, "source")} can be listed");
    }

    private async Task<(FindingState, string)> LakeAsync(CancellationToken cancellationToken)
    {
        var store = new Lake(settings.Lake).Store;
        var path = $"_doctor/{Guid.NewGuid():N}";
        var bytes = Encoding.UTF8.GetBytes(path);
        if (!await store.PutIfAbsentAsync(path, bytes, cancellationToken) || await store.PutIfAbsentAsync(path, bytes, cancellationToken))
        {
            return (FindingState.Wrong, $"'{store}' does not keep an object that is there from being written again: commits would overwrite each other");
        }

        var same = (await store.ReadAsync(path, cancellationToken))?.AsSpan().SequenceEqual(bytes) == true;
        await store.DeleteAsync(path, cancellationToken);
        return same ? (FindingState.Good, $"'{store}' can be read and written") : (FindingState.Wrong, $"'{store}' does not give back what was written");
    }

    private async Task<(FindingState, string)> TemporalAsync(CancellationToken cancellationToken)
    {
        if ((settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is not { } address)
        {
            return (FindingState.Good, "embedded server, started by the commands that need it");
        }

        await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), NullLoggerFactory.Instance, anyPort: true, cancellationToken);
        var isThere = false;
        await foreach (var unused in stack.Client.ListWorkflowsAsync("WorkflowType = 'PipelineRun'").WithCancellation(cancellationToken))
        {
            isThere = unused is not null;
            break;
        }

        return (FindingState.Good, $"{address}, namespace '{settings.Namespace}'{(isThere ? "" : ", no run yet")}");
    }

    /// <summary>What the embedded server keeps of workflows.</summary>
    private Task<(FindingState, string)> DatabaseAsync()
    {
        if (settings.Address is { } address)
        {
            return Task.FromResult((FindingState.Good, $"the service at {address} keeps its own"));
        }

        // A folder that cannot be written is found before there is a file.
        var probe = Path.Combine(Existing(Path.GetDirectoryName(Path.GetFullPath(settings.Database))!), $".doctor-{Guid.NewGuid():N}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
        return Task.FromResult((FindingState.Good, TemporalDevServer.ExamineDatabase(settings.Database)));
    }

    private async Task<(FindingState, string)> AttributesAsync(CancellationToken cancellationToken)
    {
        if ((settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is not { } address)
        {
            return (FindingState.Good, "the embedded server knows them");
        }

        try
        {
            await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), NullLoggerFactory.Instance, anyPort: true, cancellationToken);
            if (await stack.Attributes.OfAnotherTypeAsync(stack.Client, cancellationToken) is { Count: > 0 } others)
            {
                // Runs go on without, and the name may belong to another program.
                return (FindingState.Absent, $"namespace '{settings.Namespace}' has {string.Join(", ", others.Select(o => $"{o.Attribute.Name} as {o.Type}, expected {o.Attribute.ValueType}"))}; to find runs by them: {PipelineAttributes.Mend(settings.Namespace, others)}");
            }

            return await stack.Attributes.MissingAsync(stack.Client, cancellationToken) is { Count: > 0 } missing
                ? (FindingState.Absent, $"namespace '{settings.Namespace}' lacks some; to find runs by them: {PipelineAttributes.CommandFor(settings.Namespace, missing)}")
                : (FindingState.Good, $"{PipelineAttributes.All.Count} in namespace '{settings.Namespace}'");
        }
        catch (UnavailableException)
        {
            return (FindingState.Absent, "not known: the Temporal service does not answer");
        }
    }

    private async Task<(FindingState, string)> CatalogAsync(CancellationToken cancellationToken)
    {
        if (CatalogPlace.Of(settings) is not { } place)
        {
            return (FindingState.Absent, "no catalog is configured: what is known of runs lies in the lake");
        }

        var lake = new LakeRoot(settings.Lake);
        await using var follower = new CatalogFollower(lake, place);
        var (database, isFilled) = await follower.OpenAsync(cancellationToken);
        var (runs, waiting) = (await database.Runs.CountAsync(cancellationToken: cancellationToken), (await lake.Outbox.PendingAsync(cancellationToken)).Count);
        return (FindingState.Good, $"{place} holds {runs} runs, {waiting} records wait to be told{(isFilled ? "" : "; it was never filled, the next worker does it")}");
    }

    private static Task<(FindingState, string)> KeysAsync()
    {
        var folder = Environment.GetEnvironmentVariable(FolderKeyRing.Variable);
        return Task.FromResult(folder switch
        {
            null or "" => (FindingState.Absent, $"{FolderKeyRing.Variable} is not set"),
            _ when !Directory.Exists(folder) => (FindingState.Wrong, $"{FolderKeyRing.Variable} names '{folder}', which is not there"),
            _ => (FindingState.Good, $"{Directory.EnumerateFiles(folder, "*.key").Count()} keys in '{folder}'"),
        });
    }

    private Task<(FindingState, string)> DiskAsync()
    {
        string[] places = [.. new[] { LakeLocation.IsRemote(settings.Lake) ? Path.GetTempPath() : settings.Lake, settings.Database, settings.Logs }.Select(Existing).Distinct()];
        var (place, free) = places.Select(p => (Place: p, Free: new DriveInfo(p).AvailableFreeSpace)).MinBy(p => p.Free);
        return Task.FromResult((free >= LeastDisk ? FindingState.Good : FindingState.Wrong, $"{free >> 20:N0} MiB free at '{place}'"));
    }

    private static Task<(FindingState, string)> MemoryAsync()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Task.FromResult((bytes >= LeastMemory ? FindingState.Good : FindingState.Wrong, $"{bytes >> 20:N0} MiB"));
    }

    /// <summary>The nearest folder above a path that is there.</summary>
    private static string Existing(string path)
    {
        var at = Path.GetFullPath(path);
        while (!Directory.Exists(at))
        {
            at = Path.GetDirectoryName(at)!;
        }

        return at;
    }
}
