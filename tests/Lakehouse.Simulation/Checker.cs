using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>
/// Proves from the log alone that the outcome is that of the works one after the other. Under <see cref="IsolationLevel.Serializable"/> the order is that of
/// the versions. Under <see cref="IsolationLevel.WriteSerializable"/> appends that read nothing may stand behind a work that came later but had not seen them.
/// </summary>
public sealed class Checker(IObjectStore store, TimeProvider time, IsolationLevel isolation, IReadOnlyList<Work> works)
{
    private readonly SimulatedTable _table = new(store, time, "checker");
    private readonly Dictionary<string, Work> _works = works.ToDictionary(w => w.Id);
    private readonly SortedDictionary<string, (AddFile File, Row[] Rows)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _blind = new(StringComparer.Ordinal);

    /// <summary>Commits of works.</summary>
    public int Commits { get; private set; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public async Task<string?> CheckAsync()
    {
        var head = (await _table.Delta.HeadAsync())!;
        var committed = new HashSet<string>();
        foreach (var commit in await _table.Delta.CommitsAsync(0, head.Version))
        {
            Commits++;
            if (commit.Id is not { } id || !_works.TryGetValue(id, out var work) || !committed.Add(id))
            {
                return $"version {commit.Version} is of work '{commit.Id}', which is unknown or in the log already";
            }

            if (await ReplayAsync(commit, work) is { } problem)
            {
                return $"version {commit.Version} ({work.Operation.Name} '{id}', read version {commit.Info!["readVersion"]}): {problem}";
            }
        }

        if (works.FirstOrDefault(w => w.End is null || committed.Contains(w.Id) != (w.End == WorkEnd.Committed)) is { } wrong)
        {
            return $"work '{wrong.Id}' ended as {wrong.End?.ToString() ?? "nothing known"}, and is {(committed.Contains(wrong.Id) ? "" : "not ")}in the log";
        }

        return _files.Keys.SequenceEqual(head.Files.Values.Select(f => f.Path).Order(StringComparer.Ordinal)) ? null : "the head is not what the commits make";
    }

    private async Task<string?> ReplayAsync(DeltaCommit commit, Work work)
    {
        var unseen = isolation == IsolationLevel.WriteSerializable ? Unseen((long)commit.Info!["readVersion"]!) : [];
        var expected = work.Operation.Apply(RowsBut(unseen)).Order().ToArray();
        foreach (var remove in commit.Actions.OfType<RemoveFile>())
        {
            if (!_files.Remove(remove.Path))
            {
                return $"it removes '{remove.Path}', which is not in the table";
            }

            if (unseen.Contains(remove.Path))
            {
                return $"it removes '{remove.Path}', which it had not seen";
            }
        }

        foreach (var add in commit.Actions.OfType<AddFile>())
        {
            if (await _table.RowsAsync(add) is not { } rows || !_files.TryAdd(add.Path, (add, rows)))
            {
                return $"it adds '{add.Path}', which is in the table already or has no data";
            }

            if ((bool)commit.Info!["isBlindAppend"]!)
            {
                _blind[add.Path] = commit.Version;
            }
        }

        var actual = RowsBut(unseen).Order().ToArray();
        return actual.SequenceEqual(expected)
            ? null
            : $"alone it would have made [{string.Join(' ', expected)}], it made [{string.Join(' ', actual)}]";
    }

    /// <summary>Files that blind appends added after a version.</summary>
    private HashSet<string> Unseen(long after) => [.. _blind.Where(b => b.Value > after).Select(b => b.Key)];

    private Row[] RowsBut(HashSet<string> without) => [.. _files.Where(f => !without.Contains(f.Key)).SelectMany(f => f.Value.Rows)];
}
