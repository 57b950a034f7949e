using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Exceptions;

namespace Temporalio.Worker.Machines;

/// <summary>Errors that say where workflow code left its history.</summary>
internal static class Nondeterminism
{
    private const string Prefix = "[TMPRL1100] Nondeterminism error: ";

    private const string Help =
        "\nHelp: the code that ran first and the code that runs now ask for different things at this point. Undo the change, guard it with "
        + "Workflow.Patched, or make the code deterministic (no clocks, random numbers, threads or I/O outside of Workflow.*).";

    /// <summary>An event that the code did not ask for, or not here.</summary>
    public static WorkflowNondeterminismException Unexpected(HistoryEvent e, string? detail, PendingCommand? expectedByCode) => new(
        $"{Prefix}event {e.EventId} is {Name(e.EventType)}{(detail is null ? string.Empty : $" ({detail})")}, but the code asked for "
        + $"{expectedByCode?.Description ?? "nothing"} at this point.{Help}");

    /// <summary>A command that history does not hold.</summary>
    public static WorkflowNondeterminismException Missing(PendingCommand command, HistoryEvent? next) => new(
        $"{Prefix}the code asked for {command.Description}, but "
        + (next is null ? "history ends" : $"event {next.EventId} is {Name(next.EventType)}") + $" where its event should stand.{Help}");

    /// <summary>Something that does not match in an event of the right kind.</summary>
    public static WorkflowNondeterminismException Mismatch(HistoryEvent e, string what, string inHistory, string inCode) => new(
        $"{Prefix}event {e.EventId} ({Name(e.EventType)}) has {what} '{inHistory}', but the code asked for {what} '{inCode}'.{Help}");

    /// <summary>An event about something the run never asked for.</summary>
    public static WorkflowNondeterminismException UnknownInitiator(HistoryEvent e, long initiator) => new(
        $"{Prefix}event {e.EventId} ({Name(e.EventType)}) belongs to event {initiator}, which the code did not cause.{Help}");

    /// <summary>A history that cannot be one of a run.</summary>
    public static WorkflowNondeterminismException Broken(HistoryEvent e, string problem) => new(
        $"{Prefix}event {e.EventId} ({Name(e.EventType)}): {problem}.\nHelp: the history is not complete or was changed; fetch it again.");

    private static string Name(EventType type) => type.ToString();
}
