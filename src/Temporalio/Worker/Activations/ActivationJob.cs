using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Temporalio.Worker.Activations;

/// <summary>One thing that happened to a run. Numbers are those of the commands that asked for it.</summary>
internal abstract class ActivationJob
{
    private ActivationJob(JobRank rank) => Rank = rank;

    /// <summary>Place among the jobs of one activation; equal ranks keep their order.</summary>
    public JobRank Rank { get; }

    /// <summary>How an activity or a child ended.</summary>
    internal enum Ending
    {
        Completed,
        Failed,
        Canceled,
        Backoff,
    }

    /// <summary>The run begins.</summary>
    internal sealed class Initialize(string workflowId, string runId, WorkflowExecutionStartedEventAttributes attributes, DateTime startedTime, DateTime firstTaskTime, ulong randomSeed)
        : ActivationJob(JobRank.Initialize)
    {
        public string WorkflowId { get; } = workflowId;

        public string RunId { get; } = runId;

        public WorkflowExecutionStartedEventAttributes Attributes { get; } = attributes;

        public DateTime StartedTime { get; } = startedTime;

        public DateTime FirstTaskTime { get; } = firstTaskTime;

        public ulong RandomSeed { get; } = randomSeed;
    }

    /// <summary>History holds a marker for a patch.</summary>
    internal sealed class NotifyPatch(string patchId) : ActivationJob(JobRank.Patch)
    {
        public string PatchId { get; } = patchId;
    }

    /// <summary>The run was reset: a new random stream.</summary>
    internal sealed class UpdateRandomSeed(ulong seed) : ActivationJob(JobRank.Seed)
    {
        public ulong Seed { get; } = seed;
    }

    /// <summary>A signal.</summary>
    internal sealed class Signal(WorkflowExecutionSignaledEventAttributes attributes) : ActivationJob(JobRank.SignalOrUpdate)
    {
        public WorkflowExecutionSignaledEventAttributes Attributes { get; } = attributes;
    }

    /// <summary>An update. The validator runs only the first time.</summary>
    internal sealed class Update(string protocolInstanceId, Api.Update.V1.Request request, bool runValidator) : ActivationJob(JobRank.SignalOrUpdate)
    {
        public string ProtocolInstanceId { get; } = protocolInstanceId;

        public Api.Update.V1.Request Request { get; } = request;

        public bool RunValidator { get; } = runValidator;
    }

    /// <summary>Cancellation of the run was requested.</summary>
    internal sealed class Cancel(string cause) : ActivationJob(JobRank.Other)
    {
        public string Cause { get; } = cause;
    }

    /// <summary>A timer fired.</summary>
    internal sealed class FireTimer(uint seq) : ActivationJob(JobRank.Other)
    {
        public uint Seq { get; } = seq;
    }

    /// <summary>An activity ended; a local one may ask for a pause with a timer instead.</summary>
    internal sealed class ResolveActivity(uint seq, Ending ending, bool local) : ActivationJob(local ? JobRank.LocalActivity : JobRank.Other)
    {
        public uint Seq { get; } = seq;

        public Ending EndedAs { get; } = ending;

        public bool Local { get; } = local;

        public Payload? Result { get; init; }

        public Failure? Failure { get; init; }

        public int Attempt { get; init; }

        public TimeSpan Backoff { get; init; }

        public DateTime OriginalScheduleTime { get; init; }
    }

    /// <summary>A child started, or could not.</summary>
    internal sealed class ResolveChildStart(uint seq) : ActivationJob(JobRank.Other)
    {
        public uint Seq { get; } = seq;

        public string? RunId { get; init; }

        public StartChildWorkflowExecutionFailedCause? FailedCause { get; init; }

        public Failure? CanceledFailure { get; init; }
    }

    /// <summary>A child ended.</summary>
    internal sealed class ResolveChild(uint seq, Ending ending) : ActivationJob(JobRank.Other)
    {
        public uint Seq { get; } = seq;

        public Ending EndedAs { get; } = ending;

        public Payload? Result { get; init; }

        public Failure? Failure { get; init; }
    }

    /// <summary>A signal to another workflow was delivered, or not.</summary>
    internal sealed class ResolveSignalExternal(uint seq, Failure? failure) : ActivationJob(JobRank.Other)
    {
        public uint Seq { get; } = seq;

        public Failure? Failure { get; } = failure;
    }

    /// <summary>A cancel request to another workflow was delivered, or not.</summary>
    internal sealed class ResolveCancelExternal(uint seq, Failure? failure) : ActivationJob(JobRank.Other)
    {
        public uint Seq { get; } = seq;

        public Failure? Failure { get; } = failure;
    }

    /// <summary>A query. The id is empty for a direct query task.</summary>
    internal sealed class Query(string id, Api.Query.V1.WorkflowQuery request) : ActivationJob(JobRank.Query)
    {
        public string Id { get; } = id;

        public Api.Query.V1.WorkflowQuery Request { get; } = request;
    }
}
