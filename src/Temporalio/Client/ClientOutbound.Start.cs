using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    private const string AlreadyStartedDetail = "temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure";

    /// <inheritdoc/>
    public override async Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
    {
        var options = input.Options;
        var id = Required(options.Id, nameof(options.Id));
        if (options.StartSignalArgs is not null && options.StartSignal is null)
        {
            throw new ArgumentException("StartSignalArgs without StartSignal.", nameof(input));
        }

        var start = await ToStartRequestAsync(input.Workflow, input.Args, options, input.Headers).ConfigureAwait(false);
        try
        {
            if (options.StartSignal is null)
            {
                // A worker of this process that has room may get the first task with the answer.
                using var place = options.RequestEagerStart ? (_client.Connection as TemporalConnection)?.EagerStarts.TryReserve(Namespace, start.TaskQueue.Name) : null;
                start.RequestEagerExecution = place is not null;
                start.EagerWorkerDeploymentOptions = place?.DeploymentOptions;
                var started = await Service.StartWorkflowExecutionAsync(start, Retrying(options.Rpc)).ConfigureAwait(false);
                if (place is not null && started.EagerWorkflowTask is { TaskToken.IsEmpty: false } task)
                {
                    place.Run(task);
                }

                return new(_client, id, null, started.RunId, started.RunId);
            }

            var signal = await ToSignalWithStartAsync(start, options).ConfigureAwait(false);
            var signaled = await Service.SignalWithStartWorkflowExecutionAsync(signal, Retrying(options.Rpc)).ConfigureAwait(false);

            // Which run was first is not known when the signal went to a running workflow.
            return new(_client, id, null, signaled.RunId);
        }
        catch (RpcException e) when (AlreadyStarted(e, id, input.Workflow) is { } taken)
        {
            throw taken;
        }
    }

    private static WorkflowAlreadyStartedException? AlreadyStarted(RpcException error, string id, string workflow) =>
        error.Code == RpcException.StatusCode.AlreadyExists
        && error.DetailOrNull(AlreadyStartedDetail, WorkflowExecutionAlreadyStartedFailure.Parser) is { } detail
            ? new(error.Message, id, workflow, detail.RunId)
            : null;

    private static string Required(string? value, string name) =>
        string.IsNullOrEmpty(value) ? throw new ArgumentException($"{name} is required to start a workflow.", name) : value;

    private static Duration? ToDuration(TimeSpan? time) => time is { } value ? Duration.FromTimeSpan(value) : null;

    private async Task<StartWorkflowExecutionRequest> ToStartRequestAsync(
        string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options, IDictionary<string, Api.Common.V1.Payload>? headers)
    {
        var id = Required(options.Id, nameof(options.Id));
        var queue = Required(options.TaskQueue, nameof(options.TaskQueue));
        var converter = ConverterFor(id);
        return new()
        {
            Namespace = Namespace,
            WorkflowId = id,
            WorkflowType = new() { Name = workflow },
            TaskQueue = new() { Name = queue, Kind = TaskQueueKind.Normal },
            Input = await CheckedAsync($"Arguments of workflow '{workflow}'", ToPayloadsAsync(converter, args)).ConfigureAwait(false),
            WorkflowExecutionTimeout = ToDuration(options.ExecutionTimeout),
            WorkflowRunTimeout = ToDuration(options.RunTimeout),
            WorkflowTaskTimeout = ToDuration(options.TaskTimeout),
            Identity = Identity,
            RequestId = Guid.NewGuid().ToString(),
            WorkflowIdReusePolicy = options.IdReusePolicy,
            WorkflowIdConflictPolicy = options.IdConflictPolicy,
            RetryPolicy = options.RetryPolicy?.ToProto(),
            CronSchedule = options.CronSchedule ?? string.Empty,
            Memo = await CheckedAsync($"Values of the memo of workflow '{workflow}'", ToMemoAsync(converter, options.Memo)).ConfigureAwait(false),
            SearchAttributes = options.TypedSearchAttributes is { Count: > 0 } attributes ? attributes.ToProto() : null,
            Header = await ToHeaderAsync(converter, headers).ConfigureAwait(false),
            WorkflowStartDelay = ToDuration(options.StartDelay),
            UserMetadata = await ToUserMetadataAsync(converter, options.StaticSummary, options.StaticDetails).ConfigureAwait(false),
            Priority = options.Priority?.ToProto(),
            VersioningOverride = options.VersioningOverride?.ToProto(),
        };
    }

    private async Task<SignalWithStartWorkflowExecutionRequest> ToSignalWithStartAsync(
        StartWorkflowExecutionRequest start, WorkflowOptions options) => new()
    {
        Namespace = start.Namespace,
        WorkflowId = start.WorkflowId,
        WorkflowType = start.WorkflowType,
        TaskQueue = start.TaskQueue,
        Input = start.Input,
        WorkflowExecutionTimeout = start.WorkflowExecutionTimeout,
        WorkflowRunTimeout = start.WorkflowRunTimeout,
        WorkflowTaskTimeout = start.WorkflowTaskTimeout,
        Identity = start.Identity,
        RequestId = start.RequestId,
        WorkflowIdReusePolicy = start.WorkflowIdReusePolicy,
        WorkflowIdConflictPolicy = start.WorkflowIdConflictPolicy,
        SignalName = options.StartSignal,
        SignalInput = await CheckedAsync($"Arguments of signal '{options.StartSignal}'", ToPayloadsAsync(ConverterFor(start.WorkflowId), options.StartSignalArgs)).ConfigureAwait(false),
        RetryPolicy = start.RetryPolicy,
        CronSchedule = start.CronSchedule,
        Memo = start.Memo,
        SearchAttributes = start.SearchAttributes,
        Header = start.Header,
        WorkflowStartDelay = start.WorkflowStartDelay,
        UserMetadata = start.UserMetadata,
        VersioningOverride = start.VersioningOverride,
        Priority = start.Priority,
    };

    private static async Task<Api.Sdk.V1.UserMetadata?> ToUserMetadataAsync(DataConverter converter, string? summary, string? details) =>
        summary is null && details is null
            ? null
            : new()
            {
                Summary = summary is null ? null : await converter.ToPayloadAsync(summary).ConfigureAwait(false),
                Details = details is null ? null : await converter.ToPayloadAsync(details).ConfigureAwait(false),
            };
}
