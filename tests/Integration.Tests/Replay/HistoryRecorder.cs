using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace Integration.Tests.Replay;

/// <summary>
/// Writes down histories of the product's workflows for <see cref="RecordedHistoryTests"/>: with <c>RECORD_HISTORIES=PREFIX</c> every test that has an embedded server of its own leaves histories of shapes
/// that are not there yet, a few of each workflow, a shape being the series of events with the types of activities, children and updates.
/// </summary>
internal static class HistoryRecorder
{
    /// <summary>Longer histories repeat what shorter ones show.</summary>
    private const int MostEvents = 150;

    private const int MostOfAType = 4;

    private static readonly Lock Gate = new();

    private static string? Prefix { get; } = Environment.GetEnvironmentVariable("RECORD_HISTORIES") is { Length: > 0 } prefix ? prefix : null;

    /// <summary>Writes down what a server holds, if that is asked for.</summary>
    public static async Task RecordAsync(ITemporalClient client)
    {
        if (Prefix is not { } prefix)
        {
            return;
        }

        await foreach (var run in client.ListWorkflowsAsync(string.Join(" OR ", RecordedHistoryTests.Types.Keys.Select(t => $"WorkflowType = '{t}'"))))
        {
            var history = await client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync();

            // Some tests have workflows of their own under the product's names.
            if (history.Events.Count is > 3 and <= MostEvents && await RecordedHistoryTests.FailureAsync(history) is null)
            {
                Keep(prefix, run.WorkflowType, history);
            }
        }
    }

    private static void Keep(string prefix, string type, WorkflowHistory history)
    {
        var shape = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', history.Events.Select(StepOf)))))[..8];
        lock (Gate)
        {
            if (Directory.EnumerateFiles(RecordedHistoryTests.Folder, $"*{shape}.json").Any() || Directory.EnumerateFiles(RecordedHistoryTests.Folder, $"{prefix}-{type}-*").Count() >= MostOfAType)
            {
                return;
            }

            foreach (var e in history.Events)
            {
                Anonymise(e);
            }

            File.WriteAllText(Path.Combine(RecordedHistoryTests.Folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{type}-{history.Events.Count:D3}-{shape}.json")), history.ToJson() + "\n");
        }
    }

    private static string StepOf(HistoryEvent e) => string.Join(
        ' ',
        e.EventType,
        e.ActivityTaskScheduledEventAttributes?.ActivityType?.Name,
        e.StartChildWorkflowExecutionInitiatedEventAttributes?.WorkflowType?.Name,
        e.WorkflowExecutionUpdateAcceptedEventAttributes?.AcceptedRequest?.Input?.Name,
        e.WorkflowExecutionSignaledEventAttributes?.SignalName,
        e.MarkerRecordedEventAttributes?.MarkerName);

    /// <summary>Which machine it was is nobody's business.</summary>
    private static void Anonymise(HistoryEvent e)
    {
        foreach (var field in HistoryEvent.Descriptor.Oneofs[0].Fields)
        {
            if (field.Accessor.GetValue(e) is Google.Protobuf.IMessage attributes && attributes.Descriptor.FindFieldByName("identity") is { } identity)
            {
                identity.Accessor.SetValue(attributes, "recorder");
            }
        }
    }
}
