// One file because these records are one message family: what starts a window, what it is told, and what it tells.
namespace Orchestrator.Activities.Contracts;

/// <summary>What starts a <c>PartitionWindow</c>. As JSON, from any client: <c>{"pipeline":"covid","partition":"2020-03-22"}</c>.</summary>
/// <param name="Pipeline">Pipeline; it declares <c>lateness</c>.</param>
/// <param name="Partition">Partition.</param>
public sealed record WindowRequest(string Pipeline, string Partition)
{
    /// <summary>What a window hands to itself when its history grows; nobody else sets it.</summary>
    public WindowState? State { get; init; }

    /// <summary>The workflow id.</summary>
    public string WorkflowId => $"window/{Pipeline}/{Partition}";
}

/// <summary>What happened to a source object.</summary>
public enum ArrivalKind
{
    /// <summary>It was not there when its partition ran last.</summary>
    New,

    /// <summary>It says something else.</summary>
    Changed,

    /// <summary>It is written in another way and says the same.</summary>
    Equal,

    /// <summary>It is not there any more. Rows that came from it stay.</summary>
    Gone,
}

/// <summary>A source object that arrived, changed or went: argument of the signal <c>late</c>. As JSON: <c>{"uri":"/data/03-22-2020.csv"}</c>.</summary>
public sealed record Arrival
{
    /// <summary>Where it lies.</summary>
    public required string Uri { get; init; }

    /// <summary>What happened to it. Default: null, not known yet.</summary>
    public ArrivalKind? Kind { get; init; }

    /// <summary>Hash of its bytes, lower-case hex; null when not known. The same object with the same hash is one arrival.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When it arrived (UTC). Default: null, when the window was told.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>What makes two arrivals one: the object and its bytes.</summary>
    public string Identity() => $"{Uri}|{Sha256}";
}

/// <summary>How long data of a partition may come, as its pipeline says.</summary>
public sealed record WindowPolicy
{
    /// <summary>End of the partition's time (UTC): event times of its rows lie before it.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>How far the watermark must be for the partition to count as complete (UTC).</summary>
    public required DateTimeOffset CompleteAt { get; init; }

    /// <summary>When the partition is sealed (UTC).</summary>
    public required DateTimeOffset SealsAt { get; init; }

    /// <summary>How long nothing more must have arrived before what arrived is worked in.</summary>
    public required TimeSpan Quiet { get; init; }
}

/// <summary>What a window sees when it looks at the sources.</summary>
public sealed record WindowSurvey
{
    /// <summary>What differs from the partition's last run.</summary>
    public IReadOnlyList<Arrival> Arrivals { get; init; } = [];

    /// <summary>Partitions to be made again now, the window's own first, and others that were touched besides.</summary>
    public IReadOnlyList<string> Touched { get; init; } = [];

    /// <summary>Newest event time among the published rows of the pipeline (UTC); null when there are none.</summary>
    public DateTimeOffset? Watermark { get; init; }
}

/// <summary>Argument of the update <c>extend</c>.</summary>
public sealed record WindowExtension
{
    /// <summary>When the partition is to be sealed (UTC).</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>Who extends it.</summary>
    public string By { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>One time that late data was worked in.</summary>
/// <param name="At">When it began (UTC).</param>
/// <param name="Partitions">Partitions that were made again, without those behind them whose windows they lie in.</param>
/// <param name="Published">How many of them were published.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Held">How many wait for a decision.</param>
/// <param name="Rows">Rows published, of all datasets and of partitions behind them.</param>
public sealed record WindowRestate(DateTimeOffset At, IReadOnlyList<string> Partitions, int Published, int Failed, int Held, long Rows);

/// <summary>How late a partition's source objects were: arrival minus the end of the partition, in seconds; negative for those that came before it.</summary>
/// <param name="Count">How many objects.</param>
/// <param name="Min">The earliest.</param>
/// <param name="P50">Half came no later.</param>
/// <param name="P90">Nine in ten came no later.</param>
/// <param name="P99">99 in 100 came no later.</param>
/// <param name="Max">The latest.</param>
public sealed record LatenessSummary(int Count, double Min, double P50, double P90, double P99, double Max)
{
    /// <summary>Of some times; null of none. A quantile is the smallest value that no fewer than its share reach.</summary>
    public static LatenessSummary? Of(IReadOnlyCollection<double> seconds)
    {
        if (seconds is not { Count: > 0 })
        {
            return null;
        }

        var sorted = seconds.Order().ToArray();
        double Quantile(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return new LatenessSummary(sorted.Length, sorted[0], Quantile(0.5), Quantile(0.9), Quantile(0.99), sorted[^1]);
    }
}

/// <summary>Where a window is.</summary>
public enum WindowPhase
{
    /// <summary>Data is still expected.</summary>
    Open,

    /// <summary>The watermark has passed the allowed lateness: what comes now is late and is worked in all the same.</summary>
    Complete,

    /// <summary>The partition is final: what comes now needs an approval.</summary>
    Sealed,
}

/// <summary>Answer of the query <c>state</c>, result of a window, and what the lake keeps of it beside the ledger.</summary>
public sealed record WindowState
{
    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Where it is.</summary>
    public WindowPhase Phase { get; init; }

    /// <summary>What it does now, for people.</summary>
    public string Now { get; init; } = "";

    /// <summary>How long data may come; null before it was read.</summary>
    public WindowPolicy? Policy { get; init; }

    /// <summary>Times that the window was extended, oldest first.</summary>
    public IReadOnlyList<WindowExtension> Extensions { get; init; } = [];

    /// <summary>Newest event time of the pipeline when the window looked last (UTC).</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>When the window first saw it (UTC).</summary>
    public DateTimeOffset? WatermarkAt { get; init; }

    /// <summary>When the partition was sealed (UTC); null before.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>Arrivals that are not worked in yet.</summary>
    public IReadOnlyList<Arrival> Pending { get; init; } = [];

    /// <summary>Objects that went: their rows stay as they are.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>Arrivals that differ from the partition's last run and lead to none, by <see cref="Arrival.Identity"/>: those that say the same, and those that went. The newest hundred.</summary>
    public IReadOnlyList<string> Settled { get; init; } = [];

    /// <summary>How many objects arrived.</summary>
    public int Arrivals { get; init; }

    /// <summary>How many of them said what was known already, so that nothing was made again.</summary>
    public int EqualValues { get; init; }

    /// <summary>How many came after the partition was complete.</summary>
    public int LateArrivals { get; init; }

    /// <summary>How many came after it was sealed.</summary>
    public int Corrections { get; init; }

    /// <summary>Lateness of the newest arrivals in seconds: a sample, from which <see cref="Lateness"/> is told.</summary>
    public IReadOnlyList<double> LatenessSeconds { get; init; } = [];

    /// <summary>How late objects were; null while none has arrived.</summary>
    public LatenessSummary? Lateness { get; init; }

    /// <summary>How often late data was worked in.</summary>
    public int RestateCount { get; init; }

    /// <summary>Rows that this published.</summary>
    public long RestatedRows { get; init; }

    /// <summary>The newest of these times, oldest first.</summary>
    public IReadOnlyList<WindowRestate> Restates { get; init; } = [];

    /// <summary>Whether an arrival is known and leads to nothing.</summary>
    public bool IsSettled(Arrival arrival) => arrival is { Kind: ArrivalKind.Equal or ArrivalKind.Gone } && Settled.Contains(arrival.Identity());
}

/// <summary>Argument of the activity that feeds windows: a pipeline whose sources are looked through.</summary>
/// <param name="Pipeline">Pipeline; it declares <c>lateness</c>.</param>
public sealed record FeedRequest(string Pipeline);

/// <summary>What feeding windows found.</summary>
/// <param name="Windows">Partitions whose windows were told something.</param>
/// <param name="Arrivals">How many arrivals they were told.</param>
/// <param name="Ignored">Files that belong to no partition, each with the reason; the first hundred.</param>
public sealed record FeedResult(IReadOnlyList<string> Windows, int Arrivals, IReadOnlyList<string> Ignored);
