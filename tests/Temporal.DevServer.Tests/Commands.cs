using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.Tests;

/// <summary>Commands as a worker would send them.</summary>
internal static class Commands
{
    public static Command Activity(string id, string queue = "tq", TimeSpan? startToClose = null, RetryPolicy? retry = null, bool eager = false) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = id,
            ActivityType = new ActivityType { Name = "Act" },
            TaskQueue = new TaskQueue { Name = queue },
            StartToCloseTimeout = Duration.FromTimeSpan(startToClose ?? TimeSpan.FromSeconds(30)),
            RetryPolicy = retry,
            RequestEagerExecution = eager,
        },
    };

    public static Command Timer(string id, TimeSpan after) => new()
    {
        CommandType = CommandType.StartTimer,
        StartTimerCommandAttributes = new() { TimerId = id, StartToFireTimeout = Duration.FromTimeSpan(after) },
    };

    public static Command Complete(string result = "done") => new()
    {
        CommandType = CommandType.CompleteWorkflowExecution,
        CompleteWorkflowExecutionCommandAttributes = new() { Result = Json(result) },
    };

    public static Command Child(string id, ParentClosePolicy policy = ParentClosePolicy.Terminate, string queue = "child-tq") => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new()
        {
            WorkflowId = id,
            WorkflowType = new WorkflowType { Name = "Child" },
            TaskQueue = new TaskQueue { Name = queue },
            ParentClosePolicy = policy,
        },
    };

    public static Payloads Json(string text)
    {
        var payload = new Payload { Data = ByteString.CopyFromUtf8($"\"{text}\"") };
        payload.Metadata["encoding"] = ByteString.CopyFromUtf8("json/plain");
        return new Payloads { Payloads_ = { payload } };
    }
}
