using System.Globalization;
using Lakehouse.DuckDb;
using Lakehouse.Quality.Statistics;
using Lakehouse.Tables;
using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <summary>Checks of a whole relation that no SQL of the contract states: numbers, comparisons with earlier partitions, and checks written in C#.</summary>
internal sealed class WholeChecks(DuckDbConnection connection, CheckRequest request, string scope, long rows, IReadOnlyList<TableColumn> columns)
{
    /// <summary>All numbers in one statement; none when one of them cannot be had, which is then found by asking for each.</summary>
    public IReadOnlyDictionary<CompiledCheck, string?> Numbers(IReadOnlyList<CompiledCheck> checks, CancellationToken cancellationToken)
    {
        var sound = checks.Where(c => c.Verdict is null).ToList();
        if (sound.Count == 0)
        {
            return new Dictionary<CompiledCheck, string?>();
        }

        try
        {
            var row = connection.Query($"SELECT {string.Join(", ", sound.Select(c => c.Aggregate!(request.QuarantinedAt)))} FROM {scope}", null, cancellationToken).Rows[0];
            return sound.Zip(row).ToDictionary(p => p.First, p => Text(p.Second));
        }
        catch (DuckDbException e) when (RuleFault.IsOfTheRule(e))
        {
            return new Dictionary<CompiledCheck, string?>();
        }
    }

    /// <summary>One check by itself.</summary>
    public WholeVerdict Judge(CompiledCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return check.Kind switch
            {
                CheckKind.Metric => new WholeVerdict(Text(connection.Query($"SELECT {check.Aggregate!(request.QuarantinedAt)} FROM {scope}", null, cancellationToken).Rows[0][0])),
                CheckKind.Distribution => Distribution(check, cancellationToken),
                CheckKind.Anomaly => Anomaly(check, cancellationToken),
                _ => Code(check, cancellationToken),
            };
        }
        catch (DuckDbException e) when (RuleFault.IsOfTheRule(e))
        {
            return Broken(RuleFault.Describe(e));
        }
    }

    private WholeVerdict Distribution(CompiledCheck check, CancellationToken cancellationToken)
    {
        if (request.History is null)
        {
            return NotRun("there are no earlier partitions to compare with");
        }

        var drift = DistributionDrift.Compare(connection, request.History, request.Scope is CheckScope.Input ? request.Relation : request.PassingView, Name(check.Column!), check.Settings!["bins"]?.AsInt32() ?? 10, cancellationToken);
        if (drift.ReferenceRows == 0)
        {
            return NotRun("there are no earlier partitions to compare with");
        }

        var value = check.Settings["check"]!.Text is "psi" ? drift.Psi : drift.KolmogorovSmirnov;
        return new WholeVerdict(value.ToString("0.######", CultureInfo.InvariantCulture));
    }

    /// <summary>The metric of every earlier partition is its history: nothing but the table itself has to be kept for it.</summary>
    private WholeVerdict Anomaly(CompiledCheck check, CancellationToken cancellationToken)
    {
        if (request.History is null || request.PartitionColumn is not { } partition || PartitionTime.Of(request.Partition) is not { } start)
        {
            return NotRun("there are no earlier partitions of a time to compare with");
        }

        var metric = check.Aggregate!(request.QuarantinedAt);
        var column = SqlIdentifier.Quote(partition);
        var past = connection.Query($"SELECT CAST({column} AS VARCHAR), CAST({metric} AS DOUBLE) FROM {SqlIdentifier.QuoteQualified(request.History)} GROUP BY {column}", null, cancellationToken).Rows
            .Select(r => (Start: r[0] is string text ? PartitionTime.Of(text) : null, Value: r[1] as double?))
            .Where(p => p is { Start: not null, Value: not null }).Select(p => new MetricPoint(p.Start!.Value, p.Value!.Value));
        var current = connection.Scalar<double?>($"SELECT CAST({metric} AS DOUBLE) FROM {scope}", cancellationToken: cancellationToken);
        if (current is not { } value)
        {
            return Broken("expected a number, seen null");
        }

        var verdict = AnomalyDetector.Judge(past, new MetricPoint(start, value), Options(check.Settings!));
        return new WholeVerdict(
            Text(value),
            0,
            verdict.IsLearning ? CheckStatus.NotRun : verdict.IsAnomalous ? CheckStatus.Failed : CheckStatus.Passed,
            verdict.IsLearning ? "too few earlier partitions are known yet"
            : verdict.IsAnomalous ? string.Create(CultureInfo.InvariantCulture, $"expected {verdict.Lower:0.###} to {verdict.Upper:0.###} by the earlier partitions, seen {value:0.###}")
            : null);
    }

    private WholeVerdict Code(CompiledCheck check, CancellationToken cancellationToken)
    {
        if (!request.CustomChecks.TryGetValue(check.CodeName!, out var code))
        {
            return Broken($"expected a check named '{check.CodeName}' in the host, seen {(request.CustomChecks.Count == 0 ? "none" : string.Join(", ", request.CustomChecks.Keys.Order(StringComparer.Ordinal).Select(k => $"'{k}'")))}. Help: register it, or correct the name");
        }

        try
        {
            var context = new CustomCheckContext(connection, scope, rows, check.Column is { } c ? SqlIdentifier.Quote(Name(c)) : null, request.History is { } h ? SqlIdentifier.QuoteQualified(h) : null, check.Settings ?? YamlValue.EmptyMap);
            var result = code.Measure(context, cancellationToken);
            return new WholeVerdict(Text(result.Value), result.Offenders);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What the exception says may have values in it.
            return Broken($"the check '{check.CodeName}' failed with {e.GetType().Name}");
        }
    }

    private static AnomalyOptions Options(YamlValue settings)
    {
        var usual = new AnomalyOptions();
        return new AnomalyOptions
        {
            LearningPoints = settings["learningPoints"]?.AsInt32() ?? usual.LearningPoints,
            WindowPoints = settings["windowPoints"]?.AsInt32() ?? usual.WindowPoints,
            Sensitivity = settings["sensitivity"]?.AsDouble() ?? usual.Sensitivity,
            LeastRelativeBand = settings["leastRelativeBand"]?.AsDouble() ?? usual.LeastRelativeBand,
            LeastBand = settings["leastBand"]?.AsDouble() ?? usual.LeastBand,
        };
    }

    private string Name(string column) => columns.FirstOrDefault(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase))?.Name ?? column;

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static WholeVerdict NotRun(string why) => new(null, 0, CheckStatus.NotRun, why);

    private static WholeVerdict Broken(string why) => new(null, 0, CheckStatus.Broken, why);
}
