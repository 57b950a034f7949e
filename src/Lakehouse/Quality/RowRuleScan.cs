using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lakehouse.DuckDb;
using Lakehouse.Quality.Patterns;

namespace Lakehouse.Quality;

/// <summary>
/// Counts the offenders of all row rules in one statement that reads every column at most once. Over stored columns the rules of one
/// column stand in a filter of their own: the engine then asks the file's statistics and dictionaries before it looks at values,
/// which one filter over everything would keep it from. What is computed on the way (a view with work in it) is read in one go.
/// </summary>
internal sealed class RowRuleScan(DuckDbConnection connection, string relation, IReadOnlyList<CompiledCheck> rules, long? mostRows)
{
    // Below this a file is opened and planned for longer than it is read.
    private const long FewRows = 100_000;

    private static readonly HashSet<string> PlainNodes = new(StringComparer.Ordinal) { "UNION", "PROJECTION", "READ_PARQUET", "PARQUET_SCAN", "SEQ_SCAN", "EMPTY_RESULT", "COLUMN_DATA_SCAN", "DUMMY_SCAN" };

    private readonly Dictionary<CompiledCheck, string> _faults = [];
    private readonly Dictionary<PatternCall, string> _functions = [];

    /// <summary>Why rules could not be evaluated, for those that could not.</summary>
    public IReadOnlyDictionary<CompiledCheck, string> Faults => _faults;

    /// <summary>Counts; rules that cannot be evaluated are left out and stand in <see cref="Faults"/>.</summary>
    public (long Rows, IReadOnlyDictionary<CompiledCheck, long> Offenders) Count(CancellationToken cancellationToken)
    {
        var byColumn = rules.Count > 1 && !(mostRows < FewRows) && IsStored(cancellationToken);
        if (byColumn)
        {
            RegisterPatterns();
        }

        while (true)
        {
            var sound = rules.Where(r => !_faults.ContainsKey(r)).ToList();
            var groups = byColumn ? [.. sound.GroupBy(r => r.IsOfOneColumn ? r.Column : null).Select(g => g.ToList())] : new List<List<CompiledCheck>> { sound };
            try
            {
                var row = connection.Query(Sql(groups), null, cancellationToken).Rows[0].Select(v => Convert.ToInt64(v, CultureInfo.InvariantCulture)).ToArray();
                return (row[0], groups.SelectMany(g => g).Zip(row.Skip(1)).ToDictionary(p => p.First, p => p.Second));
            }
            catch (DuckDbException e) when (RuleFault.IsOfTheRule(e) && sound.Count > 0)
            {
                // One rule spoils the common statement: find out which, and go on without it.
                foreach (var rule in sound)
                {
                    if (RuleFault.Of(connection, Sql([[rule]]), cancellationToken) is { } fault)
                    {
                        _faults[rule] = fault;
                    }
                }

                if (_faults.Count == rules.Count - sound.Count)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>SQL that is true for a row that breaks any of the rules, as the scan evaluates it.</summary>
    public string AnyOf(IReadOnlyList<CompiledCheck> broken) => BrokenRules.Any(broken, Offends);

    /// <summary>SQL that is true for a row that breaks the rule, as the scan evaluates it.</summary>
    public string Offends(CompiledCheck rule) => rule.Patterns.Aggregate(rule.Offends!, (sql, call) => _functions.TryGetValue(call, out var name) ? sql.Replace(call.Sql, $"{name}({call.Text})", StringComparison.Ordinal) : sql);

    // Rules are counted only over rows that break one: on sound data the scan is a filter that nothing passes.
    private string Sql(IReadOnlyList<IReadOnlyList<CompiledCheck>> groups)
    {
        var counted = groups.Where(g => g.Count > 0).Select((g, i) => $"(SELECT {string.Join(", ", g.Select((r, j) => $"count(*) FILTER (WHERE {Offends(r)}) AS c{i}_{j}"))} FROM {relation} WHERE {string.Join(" OR ", g.Select(Offends))})");
        return $"SELECT * FROM {string.Join(", ", counted.Prepend($"(SELECT count(*) AS n FROM {relation})"))}";
    }

    /// <summary>Over many rows it pays to match by tables of states of our own. A function is named by what it matches: views made over it stay right.</summary>
    private void RegisterPatterns()
    {
        foreach (var call in rules.SelectMany(r => r.Patterns).Distinct())
        {
            if (TextPattern.Compile(call.Expression, call.IsWhole) is { } pattern)
            {
                var name = $"lake_matches_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.IsWhole} {call.Expression}")))[..16]}";
                connection.CreatePredicate(name, pattern.IsMatch);
                _functions[call] = name;
            }
        }
    }

    /// <summary>Whether columns of the relation can be read one by one for no more than all at once, and there are enough rows for it to matter.</summary>
    private bool IsStored(CancellationToken cancellationToken)
    {
        using var plan = JsonDocument.Parse((string)connection.Query($"EXPLAIN (FORMAT json) SELECT * FROM {relation}", null, cancellationToken).Rows[0][1]!);
        long rows = 0;
        return plan.RootElement.EnumerateArray().All(IsPlain) && rows >= FewRows;

        bool IsPlain(JsonElement node)
        {
            var children = node.GetProperty("children");
            if (children.GetArrayLength() == 0
                && node.TryGetProperty("extra_info", out var details) && details.ValueKind is JsonValueKind.Object && details.TryGetProperty("Estimated Cardinality", out var estimate)
                && long.TryParse(estimate.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var count))
            {
                rows += count;
            }

            return PlainNodes.Contains(node.GetProperty("name").GetString()!.Trim()) && children.EnumerateArray().All(IsPlain);
        }
    }
}
