using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Failure.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The errors that clients know, with the code, text and detail of a real server.</summary>
internal static class ServiceErrors
{
    private const string Details = "temporal.api.errordetails.v1.";

    public static ServiceException InvalidArgument(string message) => new(GrpcStatusCode.InvalidArgument, message);

    public static ServiceException NotFound(string message) =>
        new(GrpcStatusCode.NotFound, message, Details + "NotFoundFailure", new NotFoundFailure());

    public static ServiceException NamespaceNotFound(string name) =>
        new(GrpcStatusCode.NotFound, $"Namespace {name} is not found.", Details + "NamespaceNotFoundFailure", new NamespaceNotFoundFailure { Namespace = name });

    public static ServiceException NamespaceExists(string name) =>
        new(GrpcStatusCode.AlreadyExists, $"Namespace \"{name}\" already exists", Details + "NamespaceAlreadyExistsFailure", new NamespaceAlreadyExistsFailure());

    public static ServiceException NamespaceInvalidState(string name, NamespaceState state) =>
        new(GrpcStatusCode.FailedPrecondition, $"Namespace has invalid state: {state}. Must be {NamespaceState.Registered}.",
            Details + "NamespaceInvalidStateFailure",
            new NamespaceInvalidStateFailure { Namespace = name, State = state, AllowedStates = { NamespaceState.Registered } });

    public static ServiceException WorkflowNotFound(string workflowId) => NotFound($"workflow not found for ID: {workflowId}");

    public static ServiceException RunNotFound(string workflowId, string runId) =>
        NotFound($"workflow execution not found for workflow ID \"{workflowId}\" and run ID \"{runId}\"");

    public static ServiceException ExecutionNotFound() => NotFound("workflow execution not found");

    public static ServiceException AlreadyCompleted() => NotFound("workflow execution already completed");

    public static ServiceException WorkflowTaskNotFound() => NotFound("Workflow task not found.");

    public static ServiceException ActivityNotFound() =>
        NotFound("invalid activityID or activity already timed out or invoking workflow is completed");

    public static ServiceException ScheduleExists(string scheduleId) =>
        new(GrpcStatusCode.AlreadyExists, $"schedule \"{scheduleId}\" is already registered", Details + "WorkflowExecutionAlreadyStartedFailure",
            new WorkflowExecutionAlreadyStartedFailure());

    public static ServiceException AlreadyStarted(string message, string requestId, string runId, string firstRunId) =>
        new(GrpcStatusCode.AlreadyExists, message, Details + "WorkflowExecutionAlreadyStartedFailure",
            new WorkflowExecutionAlreadyStartedFailure { StartRequestId = requestId, RunId = runId, FirstExecutionRunId = firstRunId });

    public static ServiceException QueryFailed(string message, Failure? failure) =>
        new(GrpcStatusCode.InvalidArgument, message, Details + "QueryFailedFailure", new QueryFailedFailure { Failure = failure });

    public static ServiceException WorkflowNotReady(string message) =>
        new(GrpcStatusCode.FailedPrecondition, message, Details + "WorkflowNotReadyFailure", new WorkflowNotReadyFailure());

    public static ServiceException FailedPrecondition(string message) => new(GrpcStatusCode.FailedPrecondition, message);

    public static ServiceException Exhausted(string message, ResourceExhaustedCause cause) =>
        new(GrpcStatusCode.ResourceExhausted, message, Details + "ResourceExhaustedFailure",
            new ResourceExhaustedFailure { Cause = cause, Scope = ResourceExhaustedScope.Namespace });

    public static ServiceException PermissionDenied(string message) =>
        new(GrpcStatusCode.PermissionDenied, message, Details + "PermissionDeniedFailure", new PermissionDeniedFailure());

    public static ServiceException Unimplemented(string message) => new(GrpcStatusCode.Unimplemented, message);

    public static ServiceException Unavailable(string message) => new(GrpcStatusCode.Unavailable, message);

    public static ServiceException DeadlineExceeded() => new(GrpcStatusCode.DeadlineExceeded, "context deadline exceeded");
}
