using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;

namespace Orchestrator.Conformance;

/// <summary>A recorded table's folder, read by the product.</summary>
internal sealed class RecordedTable : IDisposable
{
    /// <summary>Where the recorded tables lay when they were written; absolute paths in them begin so.</summary>
    private const string WrittenAt = "/lake/";

    private readonly string _folder;
    private readonly LocalObjectStore _store;
    private readonly DeltaTable _table;
    private readonly EngineFiles _files;

    public RecordedTable(string folder)
    {
        _folder = folder;
        _store = new LocalObjectStore(folder);
        _table = new DeltaTable(_store, "table", checkpoints: new CheckpointReader(_store));
        _files = EngineFiles.Over(_store, null);
    }

    public void Dispose() => _files.Dispose();

    public DeltaSnapshot Snapshot(long? version) => version is { } number
        ? new DeltaTable(_store, "table", checkpoints: new CheckpointReader(_store)).AtAsync(number).GetAwaiter().GetResult()
        : _table.HeadAsync().GetAwaiter().GetResult() ?? throw new InvalidOperationException("there is no table");

    public (DeltaSnapshot? Snapshot, LakehouseException? Error) TrySnapshot(long? version)
    {
        try
        {
            return (Snapshot(version), null);
        }
        catch (LakehouseException e)
        {
            return (null, e);
        }
    }

    public IReadOnlyList<DeltaHistoryEntry> History() => _table.HistoryAsync().GetAwaiter().GetResult();

    /// <summary>How the rows differ from the recorded ones; null when they do not.</summary>
    public string? RowsDiffer(JsonObject expected, DeltaSnapshot snapshot) => Differ(expected, Rows(snapshot));

    /// <summary>How the change data feed differs from the recorded one, which has no times; null when it does not.</summary>
    public string? ChangesDiffer(JsonObject expected)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        TableChanges.OfAsync(_table, (long)expected["fromVersion"]!).GetAwaiter().GetResult().FetchAsync(_files).GetAwaiter().GetResult().Register(connection, "recorded.changes");
        return Differ(expected, DeltaRows.Lines(connection.Query("SELECT * EXCLUDE (_commit_timestamp) FROM recorded.changes")));
    }

    private static string? Differ(JsonObject expected, IReadOnlyList<string> lines)
    {
        return (long)expected["rowCount"]! != lines.Count ? $"expected {expected["rowCount"]} rows, seen {lines.Count}"
            : (string)expected["rowsSha256"]! != DeltaRows.Hash(lines) ? $"the rows differ: {FirstDifference(expected, lines)}"
            : null;
    }

    /// <summary>Reading must fail and name a file that is not there; null when it does.</summary>
    public string? ReadsNothing(DeltaSnapshot snapshot)
    {
        try
        {
            return $"expected an error, seen {Rows(snapshot).Count} rows";
        }
        catch (LakehouseException e)
        {
            return snapshot.Files.Any(f => e.Message.Contains(Path.GetFileName(f.DecodedPath), StringComparison.Ordinal)) ? null : $"expected the missing file's name, seen: {e.Message}";
        }
    }

    private IReadOnlyList<string> Rows(DeltaSnapshot snapshot)
    {
        var relation = PinnedRelation.Of("recorded.t", snapshot, "table");
        relation = relation with { Files = [.. relation.Files.Select(f => f with { Path = Here(f.Path), DeletionVectorPath = f.DeletionVectorPath is { } path ? Here(path) : null })] };
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        relation.FetchAsync(_files).GetAwaiter().GetResult().Register(connection);
        return DeltaRows.Lines(connection.Query("SELECT * FROM recorded.t"));
    }

    /// <summary>Another table's files lie in its own folder's <c>table</c>.</summary>
    private string Here(string path)
    {
        if (!path.StartsWith(WrittenAt, StringComparison.Ordinal))
        {
            return path;
        }

        var parts = path[WrittenAt.Length..].Split('/', 2);
        return Path.GetFullPath(Path.Combine(_folder, "..", parts[0], "table", parts[1]));
    }

    private static string FirstDifference(JsonObject expected, IReadOnlyList<string> lines) =>
        expected["rows"] is not JsonArray rows ? $"first seen {lines.FirstOrDefault()}"
            : rows.Select(r => r!.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
                .Where(r => !lines.Contains(r)).Select(r => $"expected {r}, seen {string.Join(" | ", lines.Take(3))}").FirstOrDefault() ?? "only in their writing";
}
