using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Steps;
using Orchestrator.Activities.Triggers;
using Orchestrator.Activities.Visibility;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Validation;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The activities of a run, each a frame around the class that does the step; see <see cref="IPipelineActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where rows lie.</param>
/// <param name="engines">Engine instances that are kept.</param>
/// <param name="checks">Checks written in C#, by the name that contracts use for them. Default: none.</param>
/// <param name="prices">What work costs here. Default: <see cref="PriceList.Default"/>.</param>
/// <param name="checkpointEvery">How long a load of several files works before it keeps what it has, so that another try goes on from there. Default: 20 seconds.</param>
public sealed class PipelineActivities(
    PipelineFolder pipelines, LakeRoot lake, DuckDbPool engines, IReadOnlyDictionary<string, ICustomCheck>? checks = null, PriceList? prices = null, TimeSpan? checkpointEvery = null) : IPipelineActivities
{
    /// <summary>What a step says that it does while it checks its rows and splits them.</summary>
    internal const string Audit = "audit";

    private static readonly TimeSpan DefaultCheckpoint = TimeSpan.FromSeconds(20);

    private readonly CodeSnapshots _code = new(lake);
    private readonly NamespaceAttributes _attributes = new();
    private readonly PublishedNotes _notes = new(pipelines);
    private readonly IReadOnlyDictionary<string, ICustomCheck> _checks = checks ?? new Dictionary<string, ICustomCheck>();

    /// <inheritdoc/>
    [Activity]
    public async Task<RunPlan> PlanRunAsync(RunRequest request)
    {
        var info = ActivityExecutionContext.Current.Info;

        // No plan has said yet how this step is tried again: its own activity does.
        return await Step.RunAsync(cancellationToken => PlanAsync(request, info.WorkflowRunId!, cancellationToken), retry: _ => PlanStep.RetryOf(Find(request.Pipeline), RunStep.Plan));
    }

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<LandedFile>> LandBronzeAsync(RunPlan plan) => Step.RunAsync(cancellationToken =>
        new LandStep(SpecOf(plan), lake, lake.Time).RunAsync(plan, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task<StagedData> LoadBronzeAsync(LoadRequest request) => Step.RunAsync(
        cancellationToken =>
        {
            var spec = SpecOf(request.Plan);
            return new LoadStep(spec, lake, AttemptsOf(spec), checkpointEvery ?? DefaultCheckpoint).RunAsync(request, cancellationToken);
        },
        retry: doing => RetryOf(request.Plan, "load", doing));

    /// <inheritdoc/>
    [Activity]
    public Task<StagedData> TransformAsync(TransformRequest request) => Step.RunAsync(
        cancellationToken =>
        {
            var spec = SpecOf(request.Plan);
            return new TransformStep(spec, lake, AttemptsOf(spec)).RunAsync(request, cancellationToken);
        },
        retry: doing => RetryOf(request.Plan, "transform", doing));

    /// <inheritdoc/>
    [Activity]
    public Task<PublishResult> PublishAsync(PublishRequest request) => Step.RunAsync(
        cancellationToken =>
        {
            var spec = SpecOf(request.Plan);
            return new PublishStep(spec, lake, AttemptsOf(spec), lake.Time).RunAsync(request, cancellationToken);
        },
        waitForSpace: request.Dataset != request.Plan.Datasets[0]);

    /// <inheritdoc/>
    [Activity]
    public Task RecordHoldAsync(Hold hold) => Step.RunAsync(async cancellationToken =>
    {
        await lake.Holds.WriteAsync(hold, cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task RecordRunAsync(LedgerEntry entry) => Step.RunAsync(async cancellationToken =>
    {
        var context = ActivityExecutionContext.Current;
        var facts = await WorkflowFacts.FetchAsync(context.TemporalClient, context.Info.WorkflowId!, context.Info.WorkflowRunId!, "run", cancellationToken);
        await new RecordStep(lake, SpecOf(entry), facts).RunAsync(entry, cancellationToken);
        await _notes.TellAsync(context.TemporalClient, entry, cancellationToken);
        return true;
    });

    /// <summary>Whatever is going to run is kept first, so that a later plan can tell what changed.</summary>
    private async Task<RunPlan> PlanAsync(RunRequest request, string runId, CancellationToken cancellationToken)
    {
        var spec = pipelines.Load(request.Pipeline);
        var plan = await new PlanStep(spec, pipelines, lake, prices ?? PriceList.Default, lake.Time).RunAsync(request, runId, cancellationToken);
        if (plan.SkipReason is null)
        {
            await _code.KeepAsync(spec, cancellationToken);
        }

        return plan with { Labels = await _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, spec, plan.Reason ?? "upToDate", null, cancellationToken) };
    }

    /// <summary>The pipeline as the run saw it; null when it never could be read or has changed since: a run is recorded all the same.</summary>
    private PipelineSpec? SpecOf(LedgerEntry entry) =>
        Find(entry.Result.Request.Pipeline) is { } spec && CodeSnapshots.FingerprintOf(spec) == entry.CodeFingerprint ? spec : null;

    /// <summary>The pipeline; null when it cannot be read.</summary>
    private PipelineSpec? Find(string pipeline)
    {
        try
        {
            return pipelines.Load(pipeline);
        }
        catch (Exception e) when (e is PipelineValidationException or ApplicationFailureException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The audit is done by the step that makes the rows, and counts the tries of that; where it has a policy of its own, the step has to tell which of the two goes for a failure.</summary>
    private static StepRetry? RetryOf(RunPlan plan, string step, string doing) =>
        plan.Retry?.GetValueOrDefault("audit") is { } audit ? doing == Audit ? audit : plan.Retry.GetValueOrDefault(step) ?? StepRetry.Default : null;

    private Attempts AttemptsOf(PipelineSpec spec) => new(spec, lake, engines, _checks);

    /// <summary>The pipeline as the plan saw it: a folder edited in the middle of a run ends the run instead of mixing two versions.</summary>
    private PipelineSpec SpecOf(RunPlan plan)
    {
        var spec = pipelines.Load(plan.Request.Pipeline);
        var seen = CodeSnapshots.FingerprintOf(spec);
        return seen == plan.CodeFingerprint
            ? spec
            : throw new ApplicationFailureException(
                $"Pipeline '{spec.Name}' changed while {plan.Request.WorkflowId} was running: planned with code {plan.CodeFingerprint[..12]}, found {seen[..12]} in '{spec.Folder}'. Help: run the partition again.",
                ErrorTypes.CodeChanged,
                nonRetryable: true);
    }
}
