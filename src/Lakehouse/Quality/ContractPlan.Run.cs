using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;

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
        var broken = new Dictionary<CompiledCheck, string>();
        var rowRules = _checks.Where(c => c.Offends is not null).ToList();
        var counts = Count(connection, relation, rowRules, broken, cancellationToken);
        var rows = counts.Rows;
        var quarantining = rowRules.Where(r => r.Quarantines && counts.Offenders.GetValueOrDefault(r) > 0).ToList();

        var kept = quarantining.Count == 0 ? relation : $"{relation} WHERE ({AnyOf(quarantining)}) IS NOT TRUE";
        connection.Execute($"CREATE OR REPLACE TEMP VIEW {SqlIdentifier.Quote(request.PassingView)} AS SELECT * FROM {kept}{Qualify(request.Deduplicate)}", cancellationToken);
        QuarantineTable.Create(connection, request.QuarantineTable, cancellationToken);
        var quarantined = quarantining.Count == 0 ? 0 : Quarantine(connection, request, relation, quarantining, cancellationToken);
        var passing = request.Deduplicate is null && quarantining.Count == 0
            ? rows
            : connection.Scalar<long>($"SELECT count(*) FROM {SqlIdentifier.Quote(request.PassingView)}", cancellationToken: cancellationToken);
        var dropped = request.Deduplicate is null ? 0 : rows - quarantined - passing;
        if (rows != passing + quarantined + dropped || dropped < 0 || quarantined != counts.Quarantined)
        {
            throw new LakehouseException(
                "quality.conservation",
                $"Dataset '{request.Dataset}', partition '{request.Partition}': expected all {rows} rows to be published, quarantined or dropped, seen {passing} + {quarantined} + {dropped} ({counts.Quarantined} offenders counted).");
        }

        var (scope, scopeRows) = request.Scope is CheckScope.Input ? (relation, rows) : (SqlIdentifier.Quote(request.PassingView), passing);
        var results = _checks.Select(c =>
            broken.TryGetValue(c, out var why) ? Result(c, CheckStatus.Broken, why)
            : c.Verdict is { } verdict ? Result(c, verdict.Status, verdict.Message)
            : c.Offends is not null ? Measured(c, counts.Offenders[c], counts.Offenders[c].ToString(CultureInfo.InvariantCulture), rows)
            : Measure(connection, c, scope, scopeRows, cancellationToken));
        return new CheckReport(rows, passing, quarantined, dropped, [.. results]);
    }

    private static (long Rows, long Quarantined, Dictionary<CompiledCheck, long> Offenders) Count(
        DuckDbConnection connection, string relation, List<CompiledCheck> rules, Dictionary<CompiledCheck, string> broken, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sound = rules.Where(r => !broken.ContainsKey(r)).ToList();
            try
            {
                var row = connection.Query(CountSql(relation, sound), null, cancellationToken).Rows[0];
                var offenders = sound.Select((r, i) => (r, Convert.ToInt64(row[i + 2], CultureInfo.InvariantCulture))).ToDictionary(p => p.r, p => p.Item2);
                return (Convert.ToInt64(row[0], CultureInfo.InvariantCulture), Convert.ToInt64(row[1], CultureInfo.InvariantCulture), offenders);
            }
            catch (DuckDbException e) when (IsOfTheRule(e) && sound.Count > 0)
            {
                // One rule spoils the common scan: find out which, and go on without it.
                foreach (var rule in sound)
                {
                    if (Fault(connection, CountSql(relation, [rule]), cancellationToken) is { } fault)
                    {
                        broken[rule] = fault;
                    }
                }

                if (broken.Count == rules.Count - sound.Count)
                {
                    throw;
                }
            }
        }
    }

    // Rules are counted only over rows that break one: on sound data the scan is a filter that nothing passes, and limits that the
    // file's own statistics prove are not evaluated at all.
    private static string CountSql(string relation, IReadOnlyList<CompiledCheck> rules) =>
        $"SELECT (SELECT count(*) FROM {relation}), count(*) FILTER (WHERE {AnyOf([.. rules.Where(r => r.Quarantines)])}){string.Concat(rules.Select(r => $", count(*) FILTER (WHERE {r.Offends})"))} FROM {relation} WHERE {AnyOf(rules)}";

    private static string? Fault(DuckDbConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            connection.Query(sql, null, cancellationToken);
            return null;
        }
        catch (DuckDbException e) when (IsOfTheRule(e))
        {
            return Describe(e);
        }
    }

    private string Qualify(Deduplication? deduplicate)
    {
        if (deduplicate is null)
        {
            return "";
        }

        var order = deduplicate.OrderBy.Select(o => $"{SqlIdentifier.Quote(o.Column)} {(o.Descending ? "DESC" : "ASC")} NULLS {(o.NullsLast ? "LAST" : "FIRST")}");

        // Ties are broken by the rest of the row: which one stays must not depend on the order in which rows happen to come.
        var rest = _columns.Select(c => c.Name)
            .Except(deduplicate.OrderBy.Select(o => o.Column).Concat(deduplicate.Key), StringComparer.OrdinalIgnoreCase)
            .Select(SqlIdentifier.Quote);
        return $" QUALIFY row_number() OVER (PARTITION BY {string.Join(", ", deduplicate.Key.Select(SqlIdentifier.Quote))} ORDER BY {string.Join(", ", order.Concat(rest).DefaultIfEmpty("1"))}) = 1";
    }

    private long Quarantine(DuckDbConnection connection, CheckRequest request, string relation, IReadOnlyList<CompiledCheck> rules, CancellationToken cancellationToken)
    {
        var names = _columns.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        var uri = names.ContainsKey("_source_uri") ? "CAST(_source_uri AS VARCHAR)" : "NULL";
        var partition = request.PartitionColumn is { } column ? $"coalesce(CAST({SqlIdentifier.Quote(column)} AS VARCHAR), $partition)" : "$partition";
        var row = names.ContainsKey("_source_row") ? "TRY_CAST(_source_row AS BIGINT)" : "NULL";
        return connection.Execute(
            $"INSERT INTO {SqlIdentifier.Quote(request.QuarantineTable)} SELECT $dataset, {partition}, {FirstRule(rules)}, {Reasons(rules)}, 'error', $version, {uri}, {row}, {RowJson()}, $run, $at, {AllRules(rules)} FROM {relation} WHERE {AnyOf(rules)}",
            new Dictionary<string, object?>
            {
                ["dataset"] = request.Dataset,
                ["partition"] = request.Partition,
                ["version"] = _table.ContractVersion,
                ["run"] = request.RunId,
                ["at"] = request.QuarantinedAt,
            },
            cancellationToken);
    }

    private CheckResult Measure(DuckDbConnection connection, CompiledCheck check, string scope, long rows, CancellationToken cancellationToken)
    {
        try
        {
            if (check.Kind is CheckKind.RowCount)
            {
                return Measured(check, 0, rows.ToString(CultureInfo.InvariantCulture), rows);
            }

            if (check.Kind is CheckKind.Sql)
            {
                return MeasuredQuery(connection, check, scope, rows, cancellationToken);
            }

            var count = connection.Scalar<long>(check.Measure!(scope), cancellationToken: cancellationToken);
            return Measured(check, count, count.ToString(CultureInfo.InvariantCulture), rows);
        }
        catch (DuckDbException e) when (IsOfTheRule(e))
        {
            return Result(check, CheckStatus.Broken, Describe(e)) with { Rows = rows };
        }
    }

    /// <summary>A contract's query may also name its table as the contract does.</summary>
    private CheckResult MeasuredQuery(DuckDbConnection connection, CompiledCheck check, string scope, long rows, CancellationToken cancellationToken)
    {
        var alias = SqlIdentifier.Quote(_table.PhysicalName ?? _table.Name);
        var sql = check.Measure!(scope);
        var result = connection.Query(alias == scope ? sql : $"WITH {alias} AS (SELECT * FROM {scope}) SELECT * FROM ({sql}) LIMIT 2", null, cancellationToken);
        if (result.Rows.Count == 0)
        {
            return Result(check, CheckStatus.Broken, "expected a query with one value, seen no row");
        }

        var value = result.Rows[0][0];
        return Measured(check, 0, value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture), rows);
    }

    private static CheckResult Measured(CompiledCheck check, long offenders, string? value, long rows)
    {
        var percent = check.IsPercent && check.Kind is not (CheckKind.Sql or CheckKind.RowCount);
        var compared = percent ? (rows == 0 ? 0 : 100.0 * offenders / rows).ToString("0.######", CultureInfo.InvariantCulture) : value;
        var threshold = check.Threshold ?? QualityThreshold.Zero;
        var holds = threshold.Holds(compared);
        var unit = percent ? " %" : "";
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

    private static bool IsOfTheRule(DuckDbException e) => e.ErrorType is DuckDbErrorType.Parser or DuckDbErrorType.Binder or DuckDbErrorType.Catalog
        or DuckDbErrorType.Conversion or DuckDbErrorType.OutOfRange or DuckDbErrorType.InvalidInput or DuckDbErrorType.Other;

    // What the engine says about values has values in it; what it says about names has only names.
    private static string Describe(DuckDbException e) => e.ErrorType is DuckDbErrorType.Parser or DuckDbErrorType.Binder or DuckDbErrorType.Catalog
        ? $"expected SQL that fits the table, seen: {e.Message.Split('\n')[0]}"
        : $"expected SQL that can be evaluated, seen an error of kind {e.ErrorType} on some row";
}
