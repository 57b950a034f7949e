using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <content>Activities without a workflow.</content>
internal sealed partial class ClientOutbound
{
    private const string ActivityAlreadyStartedDetail = "temporal.api.errordetails.v1.ActivityExecutionAlreadyStartedFailure";

    /// <inheritdoc/>
    public override async Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(StartActivityInput input)
    {
        var options = input.Options;
        var request = await ToStartRequestAsync(input).ConfigureAwait(false);
        try
        {
            var started = await Service.StartActivityExecutionAsync(request, Retrying(options.Rpc)).ConfigureAwait(false);
            return new(_client, request.ActivityId, started.RunId.Length > 0 ? started.RunId : null);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.AlreadyExists
            && e.DetailOrNull(ActivityAlreadyStartedDetail, ActivityExecutionAlreadyStartedFailure.Parser) is { } taken)
        {
            throw new ActivityAlreadyStartedException(e.Message, request.ActivityId, input.Activity, taken.RunId.Length > 0 ? taken.RunId : null);
        }
    }

    /// <inheritdoc/>
    public override async Task<ActivityExecutionDescription> DescribeActivityAsync(DescribeActivityInput input)
    {
        var response = await Service.DescribeActivityExecutionAsync(
            new()
            {
                Namespace = Namespace,
                ActivityId = input.Id,
                RunId = input.RunId ?? string.Empty,
                LongPollToken = Pages.ToWire(input.Options?.LongPollToken),
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        return new(response, Namespace, ConverterForActivity(input.Id, response.Info.ActivityType?.Name, response.Info.TaskQueue));
    }

    /// <inheritdoc/>
    public override Task CancelActivityAsync(CancelActivityInput input) => Service.RequestCancelActivityExecutionAsync(
        new()
        {
            Namespace = Namespace,
            ActivityId = input.Id,
            RunId = input.RunId ?? string.Empty,
            Identity = Identity,
            RequestId = Guid.NewGuid().ToString(),
            Reason = input.Options?.Reason ?? string.Empty,
        },
        Retrying(input.Options?.Rpc));

    /// <inheritdoc/>
    public override Task TerminateActivityAsync(TerminateActivityInput input) => Service.TerminateActivityExecutionAsync(
        new()
        {
            Namespace = Namespace,
            ActivityId = input.Id,
            RunId = input.RunId ?? string.Empty,
            Identity = Identity,
            RequestId = Guid.NewGuid().ToString(),
            Reason = input.Options?.Reason ?? string.Empty,
        },
        Retrying(input.Options?.Rpc));

    /// <inheritdoc/>
    public override async Task<ActivityListPage> ListActivitiesPaginatedAsync(ListActivitiesPaginatedInput input)
    {
        var response = await Service.ListActivityExecutionsAsync(
            new()
            {
                Namespace = Namespace,
                Query = input.Query,
                PageSize = input.Options?.PageSize ?? 0,
                NextPageToken = Pages.ToWire(input.NextPageToken),
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        return new(
            [.. response.Executions.Select(e => new ActivityExecution(e, Namespace))],
            Pages.FromWire(response.NextPageToken));
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ActivityExecution> ListActivitiesAsync(ListActivitiesInput input) => Pages.ReadAsync(
        input.Options?.Rpc,
        async (token, rpc) =>
        {
            var page = await ListActivitiesPaginatedAsync(new(input.Query, token, new() { Rpc = rpc })).ConfigureAwait(false);
            return (page.Activities, page.NextPageToken);
        },
        input.Options?.Limit ?? 0);

    /// <inheritdoc/>
    public override async Task<ActivityExecutionCount> CountActivitiesAsync(CountActivitiesInput input) =>
        new(await Service.CountActivityExecutionsAsync(
            new() { Namespace = Namespace, Query = input.Query }, Retrying(input.Options?.Rpc)).ConfigureAwait(false));

    private static string RequiredOfActivity(string? value, string name) =>
        string.IsNullOrEmpty(value) ? throw new ArgumentException($"{name} is required to start an activity.", name) : value;

    private async Task<StartActivityExecutionRequest> ToStartRequestAsync(StartActivityInput input)
    {
        var options = input.Options;
        var id = RequiredOfActivity(options.Id, nameof(options.Id));
        var queue = RequiredOfActivity(options.TaskQueue, nameof(options.TaskQueue));
        if (options.StartToCloseTimeout is null && options.ScheduleToCloseTimeout is null)
        {
            throw new ArgumentException(
                $"Activity '{input.Activity}' (id '{id}') has neither {nameof(options.StartToCloseTimeout)} nor {nameof(options.ScheduleToCloseTimeout)}. Help: set one of them.",
                nameof(input));
        }

        var converter = ConverterForActivity(id, input.Activity, queue);
        return new()
        {
            Namespace = Namespace,
            Identity = Identity,
            RequestId = Guid.NewGuid().ToString(),
            ActivityId = id,
            ActivityType = new() { Name = input.Activity },
            TaskQueue = new() { Name = queue, Kind = TaskQueueKind.Normal },
            Input = await CheckedAsync($"Arguments of activity '{input.Activity}'", ToPayloadsAsync(converter, input.Args)).ConfigureAwait(false),
            ScheduleToCloseTimeout = ToDuration(options.ScheduleToCloseTimeout),
            ScheduleToStartTimeout = ToDuration(options.ScheduleToStartTimeout),
            StartToCloseTimeout = ToDuration(options.StartToCloseTimeout),
            HeartbeatTimeout = ToDuration(options.HeartbeatTimeout),
            StartDelay = ToDuration(options.StartDelay),
            RetryPolicy = options.RetryPolicy?.ToProto(),
            IdReusePolicy = options.IdReusePolicy,
            IdConflictPolicy = options.IdConflictPolicy,
            SearchAttributes = options.TypedSearchAttributes is { Count: > 0 } attributes ? attributes.ToProto() : null,
            Header = await ToHeaderAsync(converter, input.Headers).ConfigureAwait(false),
            UserMetadata = await ToUserMetadataAsync(converter, options.StaticSummary, options.StaticDetails).ConfigureAwait(false),
            Priority = options.Priority?.ToProto(),
        };
    }

    private DataConverter ConverterForActivity(string id, string? type, string? taskQueue) => _client.Options.DataConverter.WithSerializationContext(
        new ISerializationContext.Activity(Namespace, id, null, null, type, taskQueue, IsLocal: false));
}
