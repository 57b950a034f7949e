using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Delta;

namespace Orchestrator.Conformance;

/// <summary>
/// Recorded Delta tables: each version's state and rows, the history, and for tables that are broken or special what other engines made of them. Where the
/// engines differ, the protocol's own writer is followed.
/// </summary>
public static class DeltaCases
{
    /// <summary>Judges every table under the recording's folder.</summary>
    public static IEnumerable<CaseResult> Judge(string golden) =>
        new[] { "tables", "public" }
            .Select(part => Path.Combine(golden, part))
            .Where(Directory.Exists)
            .SelectMany(part => Directory.GetDirectories(part).Order(StringComparer.Ordinal))
            .Where(folder => File.Exists(Path.Combine(folder, "expected.json")))
            .SelectMany(JudgeTable);

    /// <summary>Judges one table's folder.</summary>
    public static IReadOnlyList<CaseResult> JudgeTable(string folder)
    {
        var name = $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}";
        using var table = new RecordedTable(folder);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!.AsObject();
        var results = new List<CaseResult>();
        foreach (var version in expected["versions"]?.AsArray() ?? [])
        {
            var number = (long)version!["version"]!;
            results.Add(Case($"{name}/v{number}", () => JudgeVersion(table, version.AsObject(), number)));
        }

        if (expected["outcomes"] is JsonArray outcomes)
        {
            results.Add(Case($"{name}/outcome", () => JudgeOutcome(table, expected, outcomes)));
        }

        if (expected["versions"] is JsonArray { Count: 0 })
        {
            results.Add(Case($"{name}/refused", () => Refusal(table, "delta.unsupported", Features(expected))));
        }
        else if (expected["history"] is JsonArray history)
        {
            results.Add(Case($"{name}/history", () => JudgeHistory(table, history, (long)expected["latestVersion"]!)));
        }

        if (expected["changes"] is JsonObject changes)
        {
            results.Add(Case($"{name}/changes", () => table.ChangesDiffer(changes)));
        }

        return results;
    }

    private static CaseResult Case(string id, Func<string?> judge)
    {
        try
        {
            return judge() is { } why ? new CaseResult(id, CaseVerdict.Failed, why) : new CaseResult(id, CaseVerdict.Passed);
        }
        catch (Exception e) when (e is LakehouseException or InvalidOperationException or IOException or ArgumentException or FormatException)
        {
            return new CaseResult(id, CaseVerdict.Failed, $"expected an answer, seen {e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>A version that its own writer cannot rebuild need not be rebuilt; one whose files are gone must not be read short.</summary>
    private static string? JudgeVersion(RecordedTable table, JsonObject version, long number)
    {
        if (version["snapshotError"] is not null)
        {
            return table.TrySnapshot(number) is (null, { } refused)
                ? refused.Code is "delta.version" or "delta.corrupt" ? null : $"expected the error that the version is gone, seen {refused.Message}"
                : null;
        }

        var snapshot = table.Snapshot(number);
        if (DeltaState.Differs(version, snapshot) is { } difference)
        {
            return difference;
        }

        return version["readError"] is not null ? table.ReadsNothing(snapshot) : version["rowsSha256"] is null ? null : table.RowsDiffer(version, snapshot);
    }

    private static string? JudgeOutcome(RecordedTable table, JsonObject expected, JsonArray outcomes)
    {
        var judged = outcomes.Select(o => o!.AsObject()).ToArray();
        var spark = judged.FirstOrDefault(o => ((string)o["engine"]!).StartsWith("Apache Spark", StringComparison.Ordinal)) ?? judged[0];
        var must = (string?)expected["must"] ?? "";
        if ((string?)spark["outcome"] != "ok")
        {
            return must.Contains("snapshot loads", StringComparison.Ordinal) ? table.ReadsNothing(table.Snapshot(null))
                : expected["snapshot"] is JsonObject state ? DeltaState.Differs(state, table.Snapshot(null)) ?? table.ReadsNothing(table.Snapshot(null))
                : must.Contains("version 1 is still readable", StringComparison.Ordinal) && table.Snapshot(1).Version != 1 ? "version 1 cannot be read"
                : Refusal(table, null, Features(expected));
        }

        var snapshot = table.Snapshot(null);
        var full = judged.FirstOrDefault(o => o["activeFiles"] is not null);
        return full is not null && DeltaState.Differs(full, snapshot) is { } difference ? difference
            : spark["rowsSha256"] is not null ? table.RowsDiffer(spark, snapshot)
            : null;
    }

    private static string? Refusal(RecordedTable table, string? code, IReadOnlyList<string> names)
    {
        var (snapshot, error) = table.TrySnapshot(null);
        return snapshot is not null ? $"expected a refusal, seen version {snapshot.Version}"
            : code is not null && error!.Code != code ? $"expected code {code}, seen {error.Code}"
            : names.FirstOrDefault(n => !error!.Message.Contains(n, StringComparison.Ordinal)) is { } unnamed ? $"expected '{unnamed}' to be named, seen: {error!.Message}"
            : null;
    }

    /// <summary>What the recording says that the refusal must name.</summary>
    private static IReadOnlyList<string> Features(JsonObject expected)
    {
        var must = ((string?)expected["must"] ?? "").Split(' ', ';', ',');
        var at = Array.FindIndex(must, w => w is "names" or "without");
        return at >= 0 && at + 1 < must.Length && must[at + 1].All(char.IsAsciiLetter) && must[at + 1] is not "version" ? [must[at + 1]] : [];
    }

    private static string? JudgeHistory(RecordedTable table, JsonArray history, long latest)
    {
        var head = table.Snapshot(null);
        if (head.Version != latest)
        {
            return $"expected version {latest}, seen {head.Version}";
        }

        var seen = table.History().ToDictionary(e => e.Version);
        foreach (var entry in history.Select(e => e!.AsObject()).Where(e => e["version"] is not null))
        {
            var version = (long)entry["version"]!;
            if (!seen.TryGetValue(version, out var own))
            {
                return $"version {version} is not in the history";
            }

            foreach (var field in new[] { "operation", "engineInfo", "isBlindAppend", "readVersion", "userMetadata" }.Where(f => entry[f] is not null))
            {
                if (!JsonNode.DeepEquals(entry[field], own.Info?[field]))
                {
                    return $"version {version}: expected {field} {entry[field]!.ToJsonString()}, seen {own.Info?[field]?.ToJsonString()}";
                }
            }
        }

        return null;
    }
}
