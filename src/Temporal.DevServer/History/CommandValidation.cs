using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <summary>Checks that need no state.</summary>
internal static class CommandValidation
{
    public static bool IsClosing(CommandType type) => type is
        CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution or CommandType.CancelWorkflowExecution or
        CommandType.ContinueAsNewWorkflowExecution;

    /// <summary>A closing command must be the last one, and every type must be known; otherwise the request as a whole is refused.</summary>
    public static void CheckSequence(IReadOnlyList<Command> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            var type = commands[i].CommandType;
            if (type == CommandType.Unspecified || !System.Enum.IsDefined(type))
            {
                throw ServiceErrors.InvalidArgument($"unknown command type: {type}");
            }

            if (IsClosing(type) && i < commands.Count - 1)
            {
                throw ServiceErrors.InvalidArgument(
                    $"invalid command sequence: [{string.Join(", ", commands.Select(c => c.CommandType))}], command {type} must be the last command.");
            }
        }
    }

    public static T Required<T>(T? attributes, WorkflowTaskFailedCause cause, string command) where T : class =>
        attributes ?? throw new WorkflowTaskRejectedException(cause, $"{command}CommandAttributes is not set on {command}Command.");

    public static void CheckSize(IMessage? message, int limit, WorkflowTaskFailedCause cause, string what)
    {
        if (message is not null && message.CalculateSize() > limit)
        {
            throw new WorkflowTaskRejectedException(cause, $"{what} exceeds size limit.", terminates: true);
        }
    }

    public static int Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    public static bool IsRunId(string text) => Guid.TryParseExact(text, "D", out _);
}
