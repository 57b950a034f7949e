using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Backfills;

/// <summary>Chooses the partitions of a backfill and writes them down.</summary>
internal sealed class BackfillPlanner(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake)
{
    /// <summary>Makes the plan of one backfill.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="runId">The backfill's own run: what it reports does not mix with that of an earlier one of the same plan.</param>
    /// <param name="labels">What its runs tell of themselves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BackfillPlan> RunAsync(BackfillRequest request, string runId, WorkflowLabels? labels, CancellationToken cancellationToken)
    {
        Check(request);
        var planner = new PartitionPlanner(spec, lake);
        var (states, _) = await planner.StatesAsync(cancellationToken);
        var asked = Asked(request, states);
        var chosen = new List<PartitionState>();
        foreach (var state in asked)
        {
            if (await IsChosenAsync(request.Selection, state, cancellationToken))
            {
                chosen.Add(state);
            }
        }

        if (request.Order is BackfillOrder.NewestFirst)
        {
            chosen.Reverse();
        }

        var partitions = chosen.ConvertAll(s => s.Partition.Value);
        var estimates = new RunEstimates(states.Select(s => s.Last).OfType<LedgerFact>());
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{spec.Name}\n{planner.CodeFingerprint}\n{string.Join('\n', chosen.Select(s => $"{s.Partition}|{s.InputFingerprint}|{s.ReasonToRun}"))}")));
        var plan = new BackfillPlan
        {
            Hash = hash,
            Folder = $"_backfills/{spec.Name}/{request.Name}-{hash[..12]}-{runId}/",
            Count = chosen.Count,
            UpToDate = asked.Count - chosen.Count,
            First = partitions.FirstOrDefault(),
            Last = partitions.LastOrDefault(),
            Reasons = chosen.CountBy(s => s.ReasonToRun ?? "forced").OrderBy(r => r.Key, StringComparer.Ordinal).ToDictionary(r => r.Key, r => r.Value),
            Bytes = chosen.Sum(s => s.Inputs.Sum(i => i.Bytes)),
            SecondsEach = estimates.Seconds?.Median,
            CostEach = estimates.Cost?.Median,
            Lookback = spec.Graph.Reach,
            Concurrency = spec.Concurrency,
            Tenant = spec.Tenant,
            Labels = labels,
            Refused = chosen.Count == 0 ? null : await (await TableRefusals.ReadAsync(spec, pipelines, lake, cancellationToken)).OfAllAsync(chosen.OrderBy(c => c.Partition), cancellationToken),
        };
        await new BackfillStore(lake.Store).WriteAsync(plan, partitions, cancellationToken);
        return plan;
    }

    /// <summary>What no backfill could keep to is refused before anybody approves it.</summary>
    private void Check(BackfillRequest request)
    {
        var quiet = (string?)null;
        try
        {
            QuietHours.Parse(request.QuietHours);
        }
        catch (FormatException e)
        {
            quiet = e.Message;
        }

        var problem = quiet
            ?? (request.Concurrency is < 1 or > 1_000 ? FormattableString.Invariant($"Runs at once: expected 1 to 1000, seen {request.Concurrency}.") : null)
            ?? (request.MaxFailures < 0 ? FormattableString.Invariant($"Runs that may fail: expected 0 or more, seen {request.MaxFailures}.") : null)
            ?? (request.MaxFailurePercent is not (null or (>= 0 and <= 100)) ? FormattableString.Invariant($"Percent of runs that may fail: expected 0 to 100, seen {request.MaxFailurePercent}.") : null)
            ?? (request.BudgetSeconds is not (null or > 0) ? FormattableString.Invariant($"Budget of seconds: expected more than 0, seen {request.BudgetSeconds}.") : null)
            ?? (request.BudgetCost is not (null or > 0) ? FormattableString.Invariant($"Budget of cost: expected more than 0, seen {request.BudgetCost}.") : null)
            ?? (Key(request.From) is { } from && Key(request.To) is { } to && from.CompareTo(to) > 0 ? $"Its first partition '{from}' lies behind its last one '{to}'." : null);
        if (problem is not null)
        {
            throw new ApplicationFailureException($"Backfill '{request.Name}' of pipeline '{spec.Name}' cannot be planned: {problem} Help: correct the request.", ErrorTypes.BackfillRefused, nonRetryable: true);
        }
    }

    private List<PartitionState> Asked(BackfillRequest request, IReadOnlyList<PartitionState> states)
    {
        var (from, to) = (Key(request.From), Key(request.To));
        var named = request.Partitions?.Select(p => Key(p)!.Value).ToHashSet();
        return [.. states.Where(s => (named is null || named.Contains(s.Partition)) && s.Partition.IsBetween(from, to))];
    }

    private PartitionKey? Key(string? text) => text is null ? null
        : spec.Partitioning.Calendar.TryParse(text, out var key) ? key
        : throw new ApplicationFailureException(
            $"'{text}' is not a partition of pipeline '{spec.Name}': expected {spec.Partitioning.Calendar.Pattern}. Help: correct the backfill's range.", ErrorTypes.NoInput, nonRetryable: true);

    private async Task<bool> IsChosenAsync(BackfillSelection selection, PartitionState state, CancellationToken cancellationToken) => selection switch
    {
        BackfillSelection.All => true,
        BackfillSelection.Needed => state.ReasonToRun is not null,
        BackfillSelection.Missing => Has(state, RunReasonKind.Missing),
        BackfillSelection.Failed => Has(state, RunReasonKind.Failed),
        BackfillSelection.StaleInputs => Has(state, RunReasonKind.InputsChanged) || Has(state, RunReasonKind.UpstreamNewer),
        BackfillSelection.OlderCode => Has(state, RunReasonKind.CodeChanged) || Has(state, RunReasonKind.ContractChanged),
        _ => await lake.ReadLedgerAsync(spec.Name, state.Partition.Value, cancellationToken) is { } last && last.Result.Datasets.Any(d => d.Rules.Any(r => !r.Passed)),
    };

    private static bool Has(PartitionState state, RunReasonKind kind) => state.Reasons.Any(r => r.Kind == kind);
}
