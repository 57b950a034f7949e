namespace Orchestrator.Activities.Contracts;

/// <summary>
/// Types of application failures that the product itself raises. Those that come from the lake, the pipeline's folder or a contract keep the
/// code of their exception (for example <c>csv.truncated</c>).
/// </summary>
public static class ErrorTypes
{
    /// <summary>A set rule with severity error does not hold; nothing is published.</summary>
    public const string ContractFailed = "contract.failed";

    /// <summary>Rows in differ from rows published, quarantined and dropped by rule.</summary>
    public const string RowsUnaccounted = "rows.unaccounted";

    /// <summary>The partition has no source object.</summary>
    public const string NoInput = "input.missing";

    /// <summary>A source object is not the one that was planned.</summary>
    public const string InputChanged = "input.changed";

    /// <summary>A partition that is read is held, and its readers wait: the run goes on by itself once its holder has ended.</summary>
    public const string InputHeld = "input.held";

    /// <summary>The pipeline's folder changed between two steps of a run.</summary>
    public const string CodeChanged = "pipeline.changed";

    /// <summary>The pipeline's folder is not valid.</summary>
    public const string PipelineInvalid = "pipeline.invalid";

    /// <summary>The worker knows no pipeline of that name.</summary>
    public const string PipelineUnknown = "pipeline.unknown";

    /// <summary>No space is left where the lake or the spill folder lies.</summary>
    public const string StorageFull = "storage.full";

    /// <summary>Another run of the partition has published a later epoch.</summary>
    public const string Fenced = "publish.fenced";

    /// <summary>The run of the partition to which a start attached has failed.</summary>
    public const string OtherRun = "run.failed";

    /// <summary>Another pipeline makes a table of this one in the same lake.</summary>
    public const string OtherMaker = "dataset.maker";

    /// <summary>A table has partitions that its pipeline made when it was partitioned in another way.</summary>
    public const string OtherPartitioning = "dataset.partitioning";

    /// <summary>The rows of a table came in another way than its pipeline merges now.</summary>
    public const string OtherMerge = "dataset.merge";

    /// <summary>A partition has rows of a deleted file whose source has another name now.</summary>
    public const string SourceRenamed = "source.renamed";

    /// <summary>Somebody decided against publishing what was held, or nobody decided in time.</summary>
    public const string Rejected = "hold.rejected";

    /// <summary>A decision that cannot be taken: there is no such hold, it is about an older one, or who decides may not.</summary>
    public const string DecisionRefused = "hold.decision";

    /// <summary>What a run published cannot be taken back: there is nothing, or others have changed it since.</summary>
    public const string RollbackRefused = "rollback.refused";

    /// <summary>A backfill that nothing could keep to: no such quiet hours, a range the wrong way round.</summary>
    public const string BackfillRefused = "backfill.request";

    /// <summary>A run that was waited for was cancelled or terminated with whoever had started it.</summary>
    public const string RunGivenUp = "run.given_up";

    /// <summary>What is waited for goes on: asked again.</summary>
    public const string GoesOn = "other.running";

    /// <summary>A semaphore or a breaker cannot be set so.</summary>
    public const string FlowRefused = "flow.refused";

    /// <summary>A dataset got more rows than <c>limits.rows</c>.</summary>
    public const string RowLimit = "limit.rows";

    /// <summary>A run would read more bytes than <c>limits.input_bytes</c>.</summary>
    public const string InputLimit = "limit.input_bytes";

    /// <summary>A partition has more source files than a list of them may have in Temporal.</summary>
    public const string TooManyFiles = "input.too_many";

    /// <summary>The run cost more than <c>limits.cost</c>.</summary>
    public const string CostLimit = "limit.cost";

    /// <summary>The run took longer than <c>limits.run_timeout</c>.</summary>
    public const string RunTimeout = "limit.run_timeout";

    /// <summary>Other runs kept changing what this one reads.</summary>
    public const string Contention = "publish.contention";

    /// <summary>A window of a pipeline that does not say how late data may come.</summary>
    public const string NoLateness = "window.lateness";
}
