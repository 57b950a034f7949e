using System.Text.Json;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Windows;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Policies;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>Pins a run's inputs, epochs and limits.</summary>
internal sealed class PlanStep(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake, PriceList prices, TimeProvider time)
{
    private const int MostBytes = 1_950_000;
    private const int LandedBytes = 280;

    private static readonly TimeSpan DefaultStepTimeout = TimeSpan.FromMinutes(30);

    public async Task<RunPlan> RunAsync(RunRequest request, string runId, CancellationToken cancellationToken)
    {
        if (!spec.Partitioning.Calendar.TryParse(request.Partition, out var partition))
        {
            throw NoInput($"'{request.Partition}' is not a partition of pipeline '{spec.Name}': expected {spec.Partitioning.Calendar.Pattern}.");
        }

        var planner = new PartitionPlanner(spec, lake);
        var state = await planner.StateAsync(partition, cancellationToken)
            ?? throw NoInput($"Partition '{partition}' of pipeline '{spec.Name}' has no source file: expected one for {string.Join(", ", spec.Sources.Values.Select(s => s.Path.Text))}.");
        RefuseTooMuch(state);
        RefuseTooManyFiles(state);
        if (await (await TableRefusals.ReadAsync(spec, pipelines, lake, cancellationToken)).OfAsync(state, cancellationToken) is { } refusal)
        {
            throw new ApplicationFailureException(refusal.Reason, refusal.Type, nonRetryable: true);
        }

        var decided = await lake.Holds.DecidedOfAsync(spec.Name, partition.Value, cancellationToken);
        return new RunPlan
        {
            Request = request,
            RunId = runId,
            SkipReason = state.ReasonToRun is null && !request.Force ? SkipReason(state) : null,
            Reason = state.Reasons.Count > 0 ? state.Reasons[0].Kind.Word() : request.Force ? RunReasonKind.Forced.Word() : null,
            Inputs = state.Inputs,
            Datasets = await DatasetsAsync(state, decided, cancellationToken),
            InputFingerprint = SourceScan.Fingerprint(state.Inputs),
            CodeFingerprint = planner.CodeFingerprint,
            PlannedAt = time.GetUtcNow(),
            SealedAt = await SealedAtAsync(state, cancellationToken),
            RunTimeout = spec.Limits.RunTimeout,
            StepTimeout = spec.Limits.StepTimeout ?? DefaultStepTimeout,
            Retry = RetryOf(spec),
            MaxRows = spec.Limits.Rows,
            Prices = prices,
            Cost = spec.Limits.Cost is { } most ? new CostLimit(most, prices) : null,
            Tenant = spec.Tenant,
            Priority = spec.Priority,
            Groups = GroupsOf(spec),
            HoldsBefore = decided.Select(h => h.Version).DefaultIfEmpty(0).Max(),
        };
    }

    private static string SkipReason(PartitionState state) => state.Last is { TakenBack.Length: > 0 } last
        ? $"inputs and code are those whose rows were taken back ({last.TakenBack}): mend them, or force a run"
        : state.EqualValues.Count == 0
        ? "inputs and code are those of the last published run"
        : $"code is that of the last published run, and what changed in its inputs are bytes, not values: {string.Join(", ", state.EqualValues.Select(f => $"'{Path.GetFileName(f)}'"))}";

    /// <summary>When the partition was sealed, if its inputs have changed since: only what arrives late needs an approval, not code that is applied to what was there.</summary>
    private async Task<DateTimeOffset?> SealedAtAsync(PartitionState state, CancellationToken cancellationToken) =>
        spec.Lateness is not null && state.Reasons.Any(r => r.Kind is RunReasonKind.InputsChanged or RunReasonKind.Missing)
            ? (await new WindowStore(lake.Store).ReadAsync(spec.Name, state.Partition.Value, cancellationToken))?.SealedAt
            : null;

    /// <summary>The policy of a step, declared or not.</summary>
    public static StepRetry RetryOf(PipelineSpec? spec, RunStep step) => RetryOf(spec?.Retry.For(step) ?? new RetryPolicy());

    private static StepRetry RetryOf(RetryPolicy policy) => new(policy.Attempts, policy.FirstDelay, policy.Backoff, policy.MaxDelay);

    /// <summary>Only what is declared: committing and recording are tried until they succeed unless their own policy says otherwise.</summary>
    private static Dictionary<string, StepRetry>? RetryOf(PipelineSpec spec)
    {
        var declared = spec.Retry.Steps.ToDictionary(s => s.Key, s => RetryOf(s.Value));
        foreach (var step in new[] { RunStep.Land, RunStep.Load, RunStep.Transform })
        {
            declared.TryAdd(step, RetryOf(spec.Retry.Default));
        }

        var different = declared.Where(d => d.Key is RunStep.Publish or RunStep.Record || d.Value != StepRetry.Default).ToDictionary(d => d.Key.ToString().ToLowerInvariant(), d => d.Value);
        return different.Count > 0 ? different : null;
    }

    /// <summary>The groups of sources and datasets; none when nothing names one.</summary>
    private static GroupPlan[]? GroupsOf(PipelineSpec spec)
    {
        var ofSources = spec.Sources.Values.Select(s => s.ConcurrencyGroup).OfType<string>().ToHashSet(StringComparer.Ordinal);
        GroupPlan[] groups =
        [
            .. ofSources.Concat(spec.Datasets.Select(d => d.ConcurrencyGroup).OfType<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => spec.ConcurrencyGroups[name]).Select(g => new GroupPlan(g.Name, g.Limit)
            {
                RatePerMinute = g.RatePerMinute,
                Breaker = g.Breaker is { } breaker ? new BreakerRule(breaker.Failures, breaker.Cooldown) : null,
                OfSources = ofSources.Contains(g.Name),
            }),
        ];
        return groups.Length > 0 ? groups : null;
    }

    /// <summary>A run's epoch follows the one that its table has seen last for the partition.</summary>
    private async Task<IReadOnlyList<DatasetPlan>> DatasetsAsync(PartitionState state, IReadOnlyList<Hold> decided, CancellationToken cancellationToken)
    {
        var plans = new List<DatasetPlan>();
        var waivers = await lake.Holds.WaiversAsync(spec.Name, cancellationToken);
        foreach (var dataset in spec.Datasets)
        {
            var head = await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken);
            var last = head is not null && head.Transactions.TryGetValue(PublishStep.AppIdOf(spec.Name, dataset.Name, state.Partition.Value), out var there) ? there.Version : 0;
            plans.Add(new DatasetPlan(dataset.Name, dataset.Level, dataset.Kind == DatasetKind.Source, last + 1)
            {
                Gate = GateOf(dataset, waivers[dataset.Name].Concat(Approvals(decided, dataset))),
                From = FromOf(dataset),
                LooksBack = dataset.Reads.Values.Any(lookback => lookback > 0),
                Group = dataset.ConcurrencyGroup,
                Source = dataset.Source,
            });
        }

        return plans;
    }

    /// <summary>Rules that an approval lets pass in further runs of the partition.</summary>
    private static IEnumerable<Waiver> Approvals(IReadOnlyList<Hold> decided, Dataset dataset) =>
        from hold in decided
        where hold.Dataset == dataset.Name && hold.Decision is { Kind: "approve", Until: not null }
        from rule in hold.Rules
        select new Waiver(rule, hold.Decision!.Until!.Value, hold.Decision.By, hold.Decision.Reason);

    private IReadOnlyList<string> FromOf(Dataset dataset) =>
    [
        .. dataset.Source is { } source ? [source] : Array.Empty<string>(),
        .. dataset.Reads.Keys.Order(StringComparer.Ordinal),
        .. dataset.Inputs.Distinct(StringComparer.Ordinal).Select(i => $"{spec.Inputs[i].Pipeline}/{spec.Inputs[i].Dataset}").Order(StringComparer.Ordinal),
    ];

    private GatePolicy GateOf(Dataset dataset, IEnumerable<Waiver> waivers)
    {
        var now = time.GetUtcNow();
        var policy = dataset.Quality;
        return new GatePolicy
        {
            OnWarning = WrongDay.ActionOf(policy.OnWarning),
            OnError = WrongDay.ActionOf(policy.OnError),
            Rules = WrongDay.Actions(spec),
            Approvers = policy.Approvers.Count > 0 ? policy.Approvers : [spec.Owner],
            HoldExpires = policy.HoldExpires,
            RejectOnExpiry = policy.OnExpiry is HoldExpiry.Reject,
            Waivers = [.. waivers.Where(w => w.Until > now)],
        };
    }

    /// <summary>Lists of inputs go from step to step through the service, which takes no value above 2 MiB: the longest is that of landed files, with their place and time.</summary>
    private void RefuseTooManyFiles(PartitionState state)
    {
        if (JsonSerializer.SerializeToUtf8Bytes(state.Inputs, PayloadFormat.Json).Length + (state.Inputs.Count * LandedBytes) > MostBytes)
        {
            throw new ApplicationFailureException(
                $"Partition '{state.Partition}' of pipeline '{spec.Name}' has {state.Inputs.Count} source files: the list of them is more than the 2 MiB that Temporal takes in one value. Help: partition more finely, for example by hour, or put small files together before they are loaded.",
                ErrorTypes.TooManyFiles,
                nonRetryable: true);
        }
    }

    private void RefuseTooMuch(PartitionState state)
    {
        var bytes = state.Inputs.Sum(i => i.Bytes);
        if (bytes > spec.Limits.InputBytes)
        {
            throw new ApplicationFailureException(
                $"Partition '{state.Partition}' of pipeline '{spec.Name}' has {bytes} bytes of input: expected at most {spec.Limits.InputBytes} (limits.input_bytes). Help: raise the limit if that is right.",
                ErrorTypes.InputLimit,
                nonRetryable: true);
        }
    }

    private static ApplicationFailureException NoInput(string message) =>
        new(message + " Help: check the partition, or put the file there.", ErrorTypes.NoInput, nonRetryable: true);
}
