using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

/// <summary>What the scenarios' workflows share: options of activities and the text of a failure chain.</summary>
internal static class Calls
{
    public static ActivityOptions Seconds(double startToClose, string? summary = null) =>
        new() { StartToCloseTimeout = TimeSpan.FromSeconds(startToClose), Summary = summary };

    public static Task<T> Activity<T>(string name, params object?[] args) => Workflow.ExecuteActivityAsync<T>(name, args, Seconds(10));

    public static Task<T> Local<T>(string name, double seconds, params object?[] args) => Workflow.ExecuteLocalActivityAsync<T>(
        name, args, new() { StartToCloseTimeout = TimeSpan.FromSeconds(seconds) });

    public static string Chain(Exception? e)
    {
        var parts = new List<string>();
        for (; e is not null; e = e.InnerException)
        {
            parts.Add(e switch
            {
                ActivityFailureException a => $"Activity:{Screaming(a.RetryState)}",
                ChildWorkflowFailureException c => $"Child:{Screaming(c.RetryState)}",
                ApplicationFailureException a => $"Application:{a.ErrorType}",
                TimeoutFailureException t => $"Timeout:{Screaming(t.TimeoutType)}",
                CanceledFailureException or OperationCanceledException => "Canceled",
                TerminatedFailureException => "Terminated",
                _ => e.GetType().Name,
            });
        }

        return string.Join(" <- ", parts);
    }

    public static async Task<string> ResultOrChain(Task<string> work)
    {
        try
        {
            return await work;
        }
        catch (FailureException e)
        {
            return Chain(e);
        }
    }

    public static RetryPolicy Retry(double initialMs, int maximum, double coefficient = 2, double? longestMs = null) => new()
    {
        InitialInterval = TimeSpan.FromMilliseconds(initialMs),
        MaximumAttempts = maximum,
        BackoffCoefficient = (float)coefficient,
        MaximumInterval = longestMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
    };

    private static string Screaming(Enum value) =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
