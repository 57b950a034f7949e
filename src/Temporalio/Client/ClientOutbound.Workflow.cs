using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    private const string QueryFailedDetail = "temporal.api.errordetails.v1.QueryFailedFailure";

    /// <inheritdoc/>
    public override async Task SignalWorkflowAsync(SignalWorkflowInput input)
    {
        var converter = ConverterFor(input.Id);
        await Service.SignalWorkflowExecutionAsync(
            new()
            {
                Namespace = Namespace,
                WorkflowExecution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty },
                SignalName = input.Signal,
                Input = await CheckedAsync($"Arguments of signal '{input.Signal}'", ToPayloadsAsync(converter, input.Args)).ConfigureAwait(false),
                Identity = Identity,
                RequestId = Guid.NewGuid().ToString(),
                Header = await ToHeaderAsync(converter, input.Headers).ConfigureAwait(false),
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input)
    {
        var converter = ConverterFor(input.Id);
        QueryWorkflowResponse response;
        try
        {
            response = await Service.QueryWorkflowAsync(
                new()
                {
                    Namespace = Namespace,
                    Execution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty },
                    Query = new()
                    {
                        QueryType = input.Query,
                        QueryArgs = await CheckedAsync($"Arguments of query '{input.Query}'", ToPayloadsAsync(converter, input.Args)).ConfigureAwait(false),
                        Header = await ToHeaderAsync(converter, input.Headers).ConfigureAwait(false),
                    },
                    QueryRejectCondition = input.Options?.RejectCondition ?? _client.Options.QueryRejectCondition ?? QueryRejectCondition.Unspecified,
                },
                Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.DetailOrNull(QueryFailedDetail, QueryFailedFailure.Parser) is not null)
        {
            throw new WorkflowQueryFailedException(e.Message);
        }

        return response.QueryRejected is { } rejected
            ? throw new WorkflowQueryRejectedException(rejected.Status)
            : await converter.ToResultAsync<TResult>(response.QueryResult).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<WorkflowExecutionDescription> DescribeWorkflowAsync(DescribeWorkflowInput input)
    {
        var response = await Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = Namespace, Execution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty } },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        return new(response, ConverterFor(input.Id));
    }

    /// <inheritdoc/>
    public override async Task CancelWorkflowAsync(CancelWorkflowInput input) =>
        await Service.RequestCancelWorkflowExecutionAsync(
            new()
            {
                Namespace = Namespace,
                WorkflowExecution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty },
                FirstExecutionRunId = input.FirstExecutionRunId ?? string.Empty,
                Identity = Identity,
                RequestId = Guid.NewGuid().ToString(),
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task TerminateWorkflowAsync(TerminateWorkflowInput input) =>
        await Service.TerminateWorkflowExecutionAsync(
            new()
            {
                Namespace = Namespace,
                WorkflowExecution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty },
                FirstExecutionRunId = input.FirstExecutionRunId ?? string.Empty,
                Reason = input.Reason ?? string.Empty,
                Details = await ToPayloadsAsync(ConverterFor(input.Id), input.Options?.Details).ConfigureAwait(false),
                Identity = Identity,
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<WorkflowHistoryEventPage> FetchWorkflowHistoryEventPageAsync(FetchWorkflowHistoryEventPageInput input)
    {
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = Namespace,
            Execution = new() { WorkflowId = input.Id, RunId = input.RunId ?? string.Empty },
            MaximumPageSize = input.PageSize ?? 0,
            NextPageToken = Pages.ToWire(input.NextPageToken),
            WaitNewEvent = input.WaitNewEvent,
            HistoryEventFilterType = input.EventFilterType,
            SkipArchival = input.SkipArchival,
        };
        var options = Retrying(input.Rpc);
        while (true)
        {
            try
            {
                var response = await Service.GetWorkflowExecutionHistoryAsync(request, options).ConfigureAwait(false);
                if (response.History?.Events.Count > 0 || response.NextPageToken.IsEmpty || !input.WaitNewEvent)
                {
                    return new(response.History?.Events ?? [], Pages.FromWire(response.NextPageToken));
                }

                // The server held the call as long as it may and nothing happened.
                request.NextPageToken = response.NextPageToken;
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.DeadlineExceeded && input.WaitNewEvent && input.Rpc?.Timeout is null)
            {
                // Our own limit of a single poll, not one that the caller set: the answer got lost, so ask again.
                continue;
            }
        }
    }
}
