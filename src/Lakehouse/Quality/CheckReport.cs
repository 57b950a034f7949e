using Lakehouse.Contracts;

namespace Lakehouse.Quality;

/// <summary>What the checks of a table found, and where its rows went: rows = passing + quarantined + dropped, always.</summary>
/// <param name="Rows">Rows that went in.</param>
/// <param name="Passing">Rows that may be published.</param>
/// <param name="Quarantined">Rows kept aside because they break a rule of severity error.</param>
/// <param name="Dropped">Rows that de-duplication left out.</param>
/// <param name="Results">One result per check, in the contract's order.</param>
public sealed record CheckReport(long Rows, long Passing, long Quarantined, long Dropped, IReadOnlyList<CheckResult> Results)
{
    /// <summary>What it means for the publish.</summary>
    public CheckOutcome Outcome =>
        Results.Any(r => !r.IsAcceptable) ? CheckOutcome.Failed
        : Quarantined > 0 ? CheckOutcome.Quarantined
        : Results.Any(r => r.Status is CheckStatus.Failed or CheckStatus.Broken && r.Severity is QualitySeverity.Warning) ? CheckOutcome.Warned
        : CheckOutcome.Passed;

    /// <summary>Reports of several partitions as one: counts are added up, and of each check the worst result stands, with the partition that it is from.</summary>
    internal static CheckReport Together(IReadOnlyList<(string Partition, CheckReport Report)> parts) => new(
        parts.Sum(p => p.Report.Rows),
        parts.Sum(p => p.Report.Passing),
        parts.Sum(p => p.Report.Quarantined),
        parts.Sum(p => p.Report.Dropped),
        [.. parts[0].Report.Results.Select((_, check) =>
        {
            var (partition, worst) = parts.Select(p => (p.Partition, Result: p.Report.Results[check])).MaxBy(r => (!r.Result.IsAcceptable, r.Result.Status switch
            {
                CheckStatus.Broken => 3,
                CheckStatus.Failed => 2,
                CheckStatus.Passed => 1,
                _ => 0,
            }));
            return worst with
            {
                Offenders = parts.Sum(p => p.Report.Results[check].Offenders),
                Rows = parts.Sum(p => p.Report.Results[check].Rows),
                Message = worst.Message is { } message ? $"partition '{partition}': {message}" : null,
            };
        })]);
}
