using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;

namespace Temporalio.Client;

/// <summary>How long one try of a call may take unless its options say otherwise.</summary>
internal static class RpcTimeouts
{
    /// <summary>An ordinary call.</summary>
    internal static readonly TimeSpan Call = TimeSpan.FromSeconds(30);

    /// <summary>A call that the server may hold until something happens, at most 60 seconds.</summary>
    internal static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(70);

    /// <summary>The limit of a call.</summary>
    internal static TimeSpan For(string rpc, IMessage request) => rpc switch
    {
        "PollWorkflowTaskQueue" or "PollActivityTaskQueue" or "PollWorkflowExecutionUpdate" or "UpdateWorkflowExecution"
            or "ExecuteMultiOperation" or "PollActivityExecution" => LongPoll,
        "DescribeActivityExecution" when request is DescribeActivityExecutionRequest { LongPollToken.IsEmpty: false } => LongPoll,
        "GetWorkflowExecutionHistory" when request is GetWorkflowExecutionHistoryRequest { WaitNewEvent: true } => LongPoll,
        _ => Call,
    };
}
