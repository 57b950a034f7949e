namespace Temporal.DevServer;

/// <summary>Limits that show as behaviour. Defaults are a real server's.</summary>
public sealed class ServerLimits
{
    /// <summary>Longest id, type or queue name in bytes. Default: 1000.</summary>
    public int IdLength { get; set; } = 1000;

    /// <summary>Largest payload list in bytes. Default: 2 MiB.</summary>
    public int BlobSize { get; set; } = 2 * 1024 * 1024;

    /// <summary>Payloads above this many bytes are still taken; of a failure that is too large this much is kept. Default: 512 KiB.</summary>
    public int BlobSizeWarning { get; set; } = 512 * 1024;

    /// <summary>Largest memo in bytes. Default: 2 MiB.</summary>
    public int MemoSize { get; set; } = 2 * 1024 * 1024;

    /// <summary>Events after which a run is terminated. Default: 51,200.</summary>
    public int HistoryEvents { get; set; } = 51_200;

    /// <summary>Bytes after which a run is terminated. Default: 50 MiB.</summary>
    public long HistoryBytes { get; set; } = 50L * 1024 * 1024;

    /// <summary>Events from which on workers are told to continue as new. Default: 4,096.</summary>
    public int SuggestContinueAsNewEvents { get; set; } = 4096;

    /// <summary>Bytes from which on workers are told to continue as new. Default: 4 MiB.</summary>
    public long SuggestContinueAsNewBytes { get; set; } = 4L * 1024 * 1024;

    /// <summary>Pending activities of one run. Default: 2,000.</summary>
    public int PendingActivities { get; set; } = 2000;

    /// <summary>Pending children of one run. Default: 2,000.</summary>
    public int PendingChildren { get; set; } = 2000;

    /// <summary>Unanswered signals to other workflows of one run. Default: 2,000.</summary>
    public int PendingSignals { get; set; } = 2000;

    /// <summary>Unanswered cancel requests to other workflows of one run. Default: 2,000.</summary>
    public int PendingCancelRequests { get; set; } = 2000;

    /// <summary>Signals of one run. Default: 10,000.</summary>
    public int SignalsPerRun { get; set; } = 10_000;

    /// <summary>Events kept back while a worker has the workflow task. Default: 100.</summary>
    public int BufferedEvents { get; set; } = 100;

    /// <summary>Updates of one run that are not finished. Default: 10.</summary>
    public int UpdatesInFlight { get; set; } = 10;

    /// <summary>Updates of one run in all. Default: 2,000.</summary>
    public int UpdatesTotal { get; set; } = 2000;
}
