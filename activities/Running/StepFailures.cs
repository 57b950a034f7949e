using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines.Validation;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Running;

/// <summary>The one translation of exceptions to activity failures: a constant type, and whether trying again can help.</summary>
internal static class StepFailures
{
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>The failure to report; null when the exception is already one or is a cancellation, and goes on as it is.</summary>
    /// <param name="e">What the step threw.</param>
    /// <param name="waitForSpace">Whether a full disk is tried again until there is room.</param>
    public static ApplicationFailureException? Translate(Exception e, bool waitForSpace) => e switch
    {
        FailureException or OperationCanceledException => null,
        _ when IsStorageFull(e) => new ApplicationFailureException(
            $"No space is left: {e.Message} Help: free space where the lake lies{(waitForSpace ? "; the run goes on by itself then" : ", then run again; nothing of this run is published")}.",
            e,
            ErrorTypes.StorageFull,
            nonRetryable: !waitForSpace),
        PipelineValidationException => new ApplicationFailureException(e.Message, e, ErrorTypes.PipelineInvalid, nonRetryable: true),
        LakehouseException lake => new ApplicationFailureException(lake.Message, lake, lake.Code, nonRetryable: !lake.IsTransient),
        IOException or UnauthorizedAccessException => new ApplicationFailureException(e.Message, e, e.GetType().Name),
        _ => new ApplicationFailureException($"{e.GetType().Name}: {e.Message}", e, e.GetType().Name),
    };

    private static bool IsStorageFull(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            // .NET puts the system's error number into the low half of HResult.
            if (cause is IOException && (cause.HResult & 0xFFFF) is NoSpaceLeft or QuotaExceeded)
            {
                return true;
            }

            // The engine only has its own words for it.
            if (cause is LakehouseException && cause.Message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
