using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Quality;

/// <content>Running the plan.</content>
public sealed partial class ContractPlan
{
    /// <summary>
    /// Checks a relation: splits its rows into a view of what may be published and a table of what is kept aside, and measures every
    /// rule. A rule that cannot be evaluated is reported as broken and keeps no other rule from being evaluated. Reads only; safe to
    /// repeat on a fresh quarantine table.
    /// </summary>
    /// <param name="connection">The engine.</param>
    /// <param name="request">The relation and how rows kept aside are marked.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <exception cref="LakehouseException"><c>quality.conservation</c>: rows in and rows out differ, which would be a fault of the product.</exception>
    public CheckReport Run(DuckDbConnection connection, CheckRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(request);
        var relation = SqlIdentifier.QuoteQualified(request.Relation);
        var rowRules = _checks.Where(c => c.Offends is not null).ToList();
        var scan = new RowRuleScan(connection, relation, rowRules, request.MostRows);
        var (rows, offenders) = scan.Count(cancellationToken);
        var quarantining = rowRules.Where(r => r.Quarantines && offenders.GetValueOrDefault(r) > 0).ToList();

        QuarantineTable.Create(connection, request.QuarantineTable, cancellationToken);
        var quarantined = quarantining.Count == 0 ? 0 : Quarantine(connection, request, scan, quarantining, offenders, cancellationToken);
        var kept = quarantining.Count == 0 ? relation : $"(SELECT * FROM {relation} WHERE ({scan.AnyOf(quarantining)}) IS NOT TRUE)";
        var sound = rows - quarantined;
        var view = $"SELECT * FROM {kept}";
        var passing = request.Deduplicate is { } rule ? Deduplicate(connection, request, rule, kept, sound, ref view, cancellationToken) : sound;
        if (passing > sound)
        {
            throw new LakehouseException(
                "quality.conservation",
                $"Dataset '{request.Dataset}', partition '{request.Partition}': expected all {rows} rows to be published, quarantined or dropped, seen {passing} + {quarantined} + {sound - passing}.");
        }

        connection.Execute($"CREATE OR REPLACE TEMP VIEW {SqlIdentifier.Quote(request.PassingView)} AS {view}", cancellationToken);
        var (scope, scopeRows) = request.Scope is CheckScope.Input ? (relation, rows) : (SqlIdentifier.Quote(request.PassingView), passing);
        var known = request is { Scope: CheckScope.Passing, Deduplicate: { } key } ? key.Key : [];
        var repeated = Repeated(connection, request is { Scope: CheckScope.Passing, Entering: { } entering } ? $"({entering(scope)})" : scope, known, cancellationToken);
        var compared = new WholeChecks(connection, request, scope, scopeRows, _columns);
        var numbers = compared.Numbers([.. _checks.Where(c => c.Aggregate is not null && c.Kind is CheckKind.Metric)], cancellationToken);
        var results = _checks.Select(c =>
            scan.Faults.TryGetValue(c, out var why) ? Result(c, CheckStatus.Broken, why)
            : c.Verdict is { } verdict ? Result(c, verdict.Status, verdict.Message)
            : c.Offends is not null ? Measured(c, offenders[c], offenders[c].ToString(CultureInfo.InvariantCulture), rows)
            : numbers.TryGetValue(c, out var number) ? Measured(c, 0, number, scopeRows)
            : c.Kind is CheckKind.Metric or CheckKind.Distribution or CheckKind.Anomaly or CheckKind.Code ? Judged(c, compared.Judge(c, cancellationToken), scopeRows)
            : repeated.TryGetValue(c, out var values) ? Measured(c, values, values.ToString(CultureInfo.InvariantCulture), scopeRows)
            : Measure(connection, c, scope, scopeRows, cancellationToken));
        return new CheckReport(rows, passing, quarantined, sound - passing, [.. results]);
    }

    /// <summary>Values that repeat, for all checks of uniqueness in one statement. A key that duplicates were just resolved by has none.</summary>
    private Dictionary<CompiledCheck, long> Repeated(DuckDbConnection connection, string scope, IReadOnlyList<string> resolved, CancellationToken cancellationToken)
    {
        var checks = _checks.Where(c => c.Distinct is not null).ToList();
        var open = checks.Where(c => c.Distinct!.Count == 0 || !resolved.Select(SqlIdentifier.Quote).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(c.Distinct!)).ToList();
        var found = checks.Except(open).ToDictionary(c => c, _ => 0L);
        if (open.Count > 0)
        {
            var row = connection.Query($"SELECT {string.Join(", ", open.Select(c => $"({CheckCompiler.Duplicates(scope, c.Distinct!)})"))}", null, cancellationToken).Rows[0];
            foreach (var (check, value) in open.Zip(row))
            {
                found[check] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            }
        }

        return found;
    }

    /// <summary>
    /// Rows that stay when each key keeps its first row. Only rows whose key repeats are sorted, and none when no key does: sorting whole
    /// tables is what engines run out of memory on.
    /// </summary>
    private long Deduplicate(DuckDbConnection connection, CheckRequest request, Deduplication rule, string kept, long rows, ref string view, CancellationToken cancellationToken)
    {
        var key = string.Join(", ", rule.Key.Select(SqlIdentifier.Quote));
        var keys = connection.Scalar<long>($"SELECT count(*) FROM (SELECT 1 FROM {kept} GROUP BY {key})", cancellationToken: cancellationToken);
        if (keys < rows)
        {
            var repeated = SqlIdentifier.Quote(request.PassingView + "_repeated");
            connection.Execute($"CREATE OR REPLACE TEMP TABLE {repeated} AS SELECT {key} FROM {kept} GROUP BY {key} HAVING count(*) > 1", cancellationToken);
            var same = string.Join(" AND ", rule.Key.Select(SqlIdentifier.Quote).Select(k => $"a.{k} IS NOT DISTINCT FROM r.{k}"));
            view = $"SELECT * FROM {kept} a ANTI JOIN {repeated} r ON {same} UNION ALL SELECT * FROM (SELECT * FROM {kept} a SEMI JOIN {repeated} r ON {same}){Qualify(rule)}";
        }

        return keys;
    }

    private string Qualify(Deduplication deduplicate)
    {
        var order = deduplicate.OrderBy.Select(o => $"{SqlIdentifier.Quote(o.Column)} {(o.Descending ? "DESC" : "ASC")} NULLS {(o.NullsLast ? "LAST" : "FIRST")}");

        // Ties are broken by the rest of the row: which one stays must not depend on the order in which rows happen to come.
        var rest = _columns.Select(c => c.Name)
            .Except(deduplicate.OrderBy.Select(o => o.Column).Concat(deduplicate.Key), StringComparer.OrdinalIgnoreCase)
            .Select(SqlIdentifier.Quote);
        return $" QUALIFY row_number() OVER (PARTITION BY {string.Join(", ", deduplicate.Key.Select(SqlIdentifier.Quote))} ORDER BY {string.Join(", ", order.Concat(rest).DefaultIfEmpty("1"))}) = 1";
    }

    /// <summary>
    /// Keeps aside the rows that break rules. They are read once, each with the rules it breaks; what is kept must be, rule by rule, what the scan has counted
    /// in a statement of its own.
    /// </summary>
    private long Quarantine(
        DuckDbConnection connection, CheckRequest request, RowRuleScan scan, List<CompiledCheck> rules, IReadOnlyDictionary<CompiledCheck, long> counted, CancellationToken cancellationToken)
    {
        connection.CreateFunction(Redact, PiiDetector.Redact);
        var names = _columns.Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var uri = names.Contains("_source_uri") ? "CAST(_source_uri AS VARCHAR)" : "NULL";
        var partition = request.PartitionColumn is { } name && _columns.FirstOrDefault(c => c.Name == name) is { } column ? $"coalesce({PartitionText.ToText(column)}, $partition)" : "$partition";
        var row = names.Contains("_source_row") ? "TRY_CAST(_source_row AS BIGINT)" : "NULL";
        var (aside, broken) = (SqlIdentifier.Quote(request.QuarantineTable + "_aside"), SqlIdentifier.Quote(Unused("broken", names)));
        connection.Execute(
            $"CREATE OR REPLACE TEMP TABLE {aside} AS SELECT *, [{string.Join(", ", rules.Select(r => $"coalesce({scan.Offends(r)}, false)"))}] AS {broken} FROM {SqlIdentifier.QuoteQualified(request.Relation)} WHERE {scan.AnyOf(rules)}",
            cancellationToken);
        var kept = connection.Query($"SELECT {string.Join(", ", rules.Select(r => $"count(*) FILTER (WHERE {Breaks(r)})"))} FROM {aside}", null, cancellationToken).Rows[0];
        foreach (var (rule, seen) in rules.Zip(kept, (rule, seen) => (rule, Convert.ToInt64(seen, CultureInfo.InvariantCulture))).Where(k => k.Item2 != counted[k.rule]))
        {
            throw new LakehouseException(
                "quality.conservation",
                $"Dataset '{request.Dataset}', partition '{request.Partition}': expected the {counted[rule]} rows that break rule '{rule.Rule}' to be kept aside, seen {seen}. Help: a rule must say the same of a row each time.");
        }

        var quarantined = connection.Execute(
            $"INSERT INTO {SqlIdentifier.Quote(request.QuarantineTable)} SELECT $dataset, {partition}, {BrokenRules.First(rules, Breaks)}, {BrokenRules.Reasons(rules, Breaks)}, 'error', $version, {uri}, {row}, {RowJson()}, $run, $at, {BrokenRules.Names(rules, Breaks)} FROM {aside}",
            new Dictionary<string, object?>
            {
                ["dataset"] = request.Dataset,
                ["partition"] = request.Partition,
                ["version"] = _table.ContractVersion,
                ["run"] = request.RunId,
                ["at"] = request.QuarantinedAt,
            },
            cancellationToken);
        connection.Execute($"DROP TABLE {aside}", cancellationToken);
        return quarantined;

        string Breaks(CompiledCheck rule) => string.Create(CultureInfo.InvariantCulture, $"{broken}[{rules.IndexOf(rule) + 1}]");
    }

    private static string Unused(string name, HashSet<string> taken) => taken.Contains(name) ? Unused(name + "_", taken) : name;

    private CheckResult Measure(DuckDbConnection connection, CompiledCheck check, string scope, long rows, CancellationToken cancellationToken)
    {
        try
        {
            if (check.Kind is CheckKind.RowCount)
            {
                return Measured(check, 0, rows.ToString(CultureInfo.InvariantCulture), rows);
            }

            return MeasuredQuery(connection, check, scope, rows, cancellationToken);
        }
        catch (DuckDbException e) when (RuleFault.IsOfTheRule(e))
        {
            return Result(check, CheckStatus.Broken, RuleFault.Describe(e)) with { Rows = rows };
        }
    }

    /// <summary>A contract's query may also name its table as the contract does.</summary>
    private CheckResult MeasuredQuery(DuckDbConnection connection, CompiledCheck check, string scope, long rows, CancellationToken cancellationToken)
    {
        var alias = SqlIdentifier.Quote(_table.PhysicalName ?? _table.Name);
        var sql = check.Measure!(scope);
        var result = connection.Query(alias == scope ? sql : $"WITH {alias} AS (SELECT * FROM {scope}) SELECT * FROM ({sql}\n) LIMIT 2", null, cancellationToken);
        if (result.Rows.Count == 0)
        {
            return Result(check, CheckStatus.Broken, "expected a query with one value, seen no row");
        }

        var value = result.Rows[0][0];
        return Measured(check, 0, value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture), rows);
    }

    /// <summary>A value that is compared with the rule's threshold, or a verdict of its own.</summary>
    private static CheckResult Judged(CompiledCheck check, WholeVerdict verdict, long rows) => verdict.Status is { } status
        ? Result(check, status, verdict.Message) with { Rows = rows, Value = verdict.Value, Offenders = verdict.Offenders }
        : Measured(check, verdict.Offenders, verdict.Value, rows);

    private static CheckResult Measured(CompiledCheck check, long offenders, string? value, long rows)
    {
        var percent = check.IsPercent && check.Kind is not (CheckKind.Sql or CheckKind.RowCount or CheckKind.Metric or CheckKind.Distribution or CheckKind.Code);
        var compared = percent ? (rows == 0 ? 0 : 100.0 * offenders / rows).ToString("0.######", CultureInfo.InvariantCulture) : value;
        var threshold = check.Threshold ?? QualityThreshold.Zero;
        var holds = threshold.Holds(compared);
        var unit = percent ? " %" : check.Unit;
        return Result(check, holds ? CheckStatus.Passed : CheckStatus.Failed, holds ? null : $"expected {threshold}{unit}, seen {(compared is null ? "null" : check.Kind is CheckKind.Sql && !double.TryParse(compared, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "another text" : compared)}{unit}{(percent ? $" ({offenders} of {rows} rows)" : "")}") with
        {
            Offenders = offenders,
            Rows = rows,
            Value = compared,
            Threshold = $"{threshold}{unit}",
            IsQuarantined = !holds && check.Quarantines,
        };
    }

    private static CheckResult Result(CompiledCheck check, CheckStatus status, string? message) => new()
    {
        Rule = check.Rule,
        Kind = check.Kind,
        Column = check.Column,
        Dimension = check.Dimension,
        Severity = check.Severity,
        Status = status,
        Threshold = check.Threshold?.ToString(),
        Message = message,
    };
}
