using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Triggers;

/// <summary>
/// Looks for partitions that files or published inputs are to start. It asks the plan what needs a run, so that what is up to date is never started; it remembers for which inputs
/// a partition was started, so that one that failed or is held is not started over and over for the same ones. Where partitions have windows, what comes for one that is published is theirs.
/// </summary>
/// <param name="spec">The pipeline.</param>
/// <param name="pipelines">Where the pipelines of its inputs are found.</param>
/// <param name="lake">Where ledgers and tables lie.</param>
public sealed class TriggerScan(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake)
{
    private const int MostWaiting = 100;
    private const int NoticesPerListing = 6;

    private static readonly TimeSpan DataPoll = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly TriggerStore _store = new(lake.Store);
    private Dictionary<string, IReadOnlyList<SourceFile>> _seen = [];
    private bool _seenAll;

    /// <summary>Looks once.</summary>
    public async Task<TriggerFindings> RunAsync(TriggerLook look, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(look);
        ArrivalNotices.Remove(look.Handled);
        var arrivals = spec.Triggers.Arrivals;
        if (spec.Triggers.Data is null && arrivals.Count == 0)
        {
            return new TriggerFindings();
        }

        var poll = arrivals.Values.Select(a => a.Poll).DefaultIfEmpty(DataPoll).Min();
        poll = poll < Shortest ? Shortest : poll;
        var (files, told) = new ArrivalNotices(spec).Read();
        var found = new TriggerFindings
        {
            Cursor = look.Cursor,
            Notices = files,
            Poll = poll,
            ReadNotices = arrivals.Values.Any(a => a.Notifications is not null) ? TimeSpan.FromTicks(Math.Max(poll.Ticks / NoticesPerListing, Shortest.Ticks)) : null,
        };
        var cursor = look.List ? await CursorAsync(cancellationToken) : look.Cursor;
        var moved = look.List && cursor != look.Cursor;
        if (!moved && told.Count == 0)
        {
            return found;
        }

        var planner = new PartitionPlanner(spec, lake, lake.Time);
        var states = moved ? (await planner.StatesAsync(cancellationToken)).States : await StatesAsync(planner, told, cancellationToken);
        _seen = states.ToDictionary(s => s.Partition.Value, s => s.Inputs, StringComparer.Ordinal);
        _seenAll = moved;
        return await ChooseAsync(look, found with { Cursor = cursor }, states, complete: moved, cancellationToken);
    }

    /// <summary>Whether the last look saw files.</summary>
    public bool HasLooked => _seenAll || _seen.Count > 0;

    /// <summary>Fingerprint of a partition's files as the last look saw them: empty when there are none, null when it did not look.</summary>
    public string? FingerprintOf(string partition) => _seen.TryGetValue(partition, out var files) ? SourceScan.Fingerprint(files) : _seenAll ? "" : null;

    private static async Task<IReadOnlyList<PartitionState>> StatesAsync(PartitionPlanner planner, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        var states = new List<PartitionState>();
        foreach (var partition in partitions)
        {
            if (await planner.StateAsync(partition, cancellationToken) is { } state)
            {
                states.Add(state);
            }
        }

        return states;
    }

    private async Task<TriggerFindings> ChooseAsync(TriggerLook look, TriggerFindings found, IReadOnlyList<PartitionState> states, bool complete, CancellationToken cancellationToken)
    {
        var condition = await DataCondition.ReadAsync(spec, pipelines.Find, lake, cancellationToken);
        var started = await _store.StartedAsync(spec.Name, cancellationToken);
        var (starts, late, waiting) = (new List<TriggerStart>(), new List<string>(), new Dictionary<string, string>());
        var free = Math.Max(0, spec.Concurrency - look.Open.Count + look.Held);
        var (unsettled, isRunning) = (TimeSpan.Zero, false);
        foreach (var state in states.Where(s => s.Reasons.Count > 0))
        {
            var name = state.Partition.Value;
            if (Cause(state, condition, out var waits) is not (var by, var reason))
            {
                if (waits is not null && waiting.Count < MostWaiting)
                {
                    waiting[name] = waits;
                }

                continue;
            }

            var versions = VersionsOf(state, condition);
            if (look.Open.Contains(name))
            {
                // It may have begun before what is seen now: to be seen again when it has ended.
                isRunning = true;
                continue;
            }

            if (started.GetValueOrDefault(name) == versions)
            {
                continue;
            }

            if (Settles(state) is { } settles)
            {
                unsettled = unsettled == TimeSpan.Zero || settles < unsettled ? settles : unsettled;
                waiting[name] = "its files to stay as they are";
            }
            else if (by == "arrival" && spec.Lateness is not null && state.Last is { PublishedAt: not null })
            {
                late.Add(name);
            }
            else
            {
                starts.Add(new TriggerStart(name, by, reason, versions));
            }
        }

        if (complete && started.Count > 0)
        {
            await ForgetAsync(started, states, cancellationToken);
        }

        // What is left for later must be seen again, although nothing moves until then.
        var more = starts.Count > free || isRunning;
        return found with
        {
            Starts = [.. starts.Take(free)],
            Late = late,
            Waiting = waiting,
            More = more,
            Cursor = more || unsettled > TimeSpan.Zero ? look.Cursor : found.Cursor,
            Poll = unsettled > TimeSpan.Zero && unsettled < found.Poll ? Max(unsettled, Shortest) : found.Poll,
            Notices = more ? [] : found.Notices,
        };
    }

    /// <summary>Which trigger a partition's reasons are one for; null when none, or when it has to wait for something.</summary>
    private (string By, string Reason)? Cause(PartitionState state, DataCondition? condition, out string? waits)
    {
        waits = null;

        // A run that failed before it looked at anything says nothing of what it would have found.
        var untouched = state.Last is { CodeFingerprint.Length: 0 };
        var first = state.Reasons.FirstOrDefault(r => r.Kind is RunReasonKind.Missing) ?? (untouched ? state.Reasons[0] : null);
        if ((first is not null && state.Inputs.Any(i => spec.Triggers.Arrivals.ContainsKey(i.Source)) ? first : state.Reasons.FirstOrDefault(IsArrival)) is { } arrived)
        {
            return ("arrival", arrived.ToString());
        }

        var newer = first ?? state.Reasons.FirstOrDefault(r => r.Kind is RunReasonKind.UpstreamNewer) ?? (state.Last is { Reads.Count: 0 } ? state.Reasons[0] : null);
        if (condition is null || newer is null || newer.Kind is RunReasonKind.CodeChanged or RunReasonKind.ContractChanged)
        {
            return null;
        }

        waits = condition.Unmet(state.Partition);
        return waits is null ? ("data", newer.ToString()) : null;
    }

    private bool IsArrival(RunReason reason) => reason.Kind is RunReasonKind.InputsChanged
        && (reason.Subject.Length == 0
            ? spec.Triggers.Arrivals.Count > 0
            : spec.Triggers.Arrivals.Keys.Any(s => spec.Sources[s].Path.TryMatch(reason.Subject, spec.Partitioning.Calendar, out _, out _)));

    /// <summary>How long a file of the partition has still to stay unchanged; null when all have settled.</summary>
    private TimeSpan? Settles(PartitionState state)
    {
        var left = state.Inputs
            .Where(i => spec.Triggers.Arrivals.ContainsKey(i.Source) && i.ModifiedAt is not null)
            .Select(i => i.ModifiedAt!.Value + spec.Triggers.Arrivals[i.Source].Settle - lake.Time.GetUtcNow())
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
        return left > TimeSpan.Zero && spec.Triggers.Arrivals.Values.Any(a => a.Settle > TimeSpan.Zero) ? left : null;
    }

    private static string VersionsOf(PartitionState state, DataCondition? condition) => SourceScan.Hash(string.Join(
        '\n',
        [state.InputFingerprint, condition?.VersionsOf(state.Partition) ?? "", .. state.Reasons.Where(r => r.Kind is RunReasonKind.UpstreamNewer).Select(r => r.ToString())]))[..16];

    /// <summary>What is up to date needs not be remembered: the next change is a reason of its own.</summary>
    private async Task ForgetAsync(Dictionary<string, string> started, IReadOnlyList<PartitionState> states, CancellationToken cancellationToken)
    {
        var count = started.Count;
        foreach (var state in states.Where(s => s.Reasons.Count == 0))
        {
            started.Remove(state.Partition.Value);
        }

        if (started.Count < count)
        {
            await _store.WriteStartedAsync(spec.Name, started, cancellationToken);
        }
    }

    /// <summary>Everything at which a trigger looks, in one text: names, sizes and times of the files of watched sources, the versions of the tables that are read, and the ledgers that tell when their partitions are whole.</summary>
    private async Task<string> CursorAsync(CancellationToken cancellationToken)
    {
        var seen = new StringBuilder(spec.Fingerprint);
        foreach (var name in spec.Triggers.Arrivals.Keys.Order(StringComparer.Ordinal))
        {
            foreach (var file in (await spec.Sources[name].DiscoverAsync(spec.Partitioning, cancellationToken)).Partitions.SelectMany(p => p.Files))
            {
                seen.Append(CultureInfo.InvariantCulture, $"\n{file.Uri}|{file.Bytes}|{file.ModifiedAt.Ticks}|{file.ETag}");
            }
        }

        foreach (var name in spec.Triggers.Data?.Inputs ?? [])
        {
            seen.Append(CultureInfo.InvariantCulture, $"\n{name}@{await lake.VersionAsync(spec.Inputs[name].Dataset, cancellationToken)}");
            await foreach (var entry in lake.Store.EnumerateAsync(LakeRoot.LedgerFolder(spec.Inputs[name].Pipeline), null, cancellationToken))
            {
                seen.Append(entry.ETag);
            }
        }

        return SourceScan.Hash(seen.ToString());
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
