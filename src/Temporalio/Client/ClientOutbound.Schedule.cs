using System.Runtime.CompilerServices;
using Google.Protobuf;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Client.Schedules;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    private DataConverter PlainConverter => _client.Options.DataConverter;

    /// <inheritdoc/>
    public override async Task<ScheduleHandle> CreateScheduleAsync(CreateScheduleInput input)
    {
        var options = input.Options;
        var patch = new SchedulePatch { BackfillRequest = { (options?.Backfills ?? []).Select(b => b.ToProto()) } };
        if (options is { TriggerImmediately: true })
        {
            patch.TriggerImmediately = new() { OverlapPolicy = input.Schedule.Policy.Overlap };
        }

        try
        {
            await Service.CreateScheduleAsync(
                new()
                {
                    Namespace = Namespace,
                    ScheduleId = input.Id,
                    Schedule = await ScheduleWire.ToProtoAsync(input.Schedule, Namespace, PlainConverter).ConfigureAwait(false),
                    InitialPatch = patch.TriggerImmediately is null && patch.BackfillRequest.Count == 0 ? null : patch,
                    Identity = Identity,
                    RequestId = Guid.NewGuid().ToString(),
                    Memo = await ScheduleWire.MemoAsync(options?.Memo, PlainConverter).ConfigureAwait(false),
                    SearchAttributes = options?.TypedSearchAttributes is { Count: > 0 } attributes ? attributes.ToProto() : null,
                },
                Retrying(options?.Rpc)).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.AlreadyExists
            && e.DetailOrNull(AlreadyStartedDetail, WorkflowExecutionAlreadyStartedFailure.Parser) is not null)
        {
            throw new ScheduleAlreadyRunningException();
        }

        return new(_client, input.Id);
    }

    /// <inheritdoc/>
    public override async Task<ScheduleDescription> DescribeScheduleAsync(DescribeScheduleInput input)
    {
        var response = await Service.DescribeScheduleAsync(
            new() { Namespace = Namespace, ScheduleId = input.Id }, Retrying(input.RpcOptions)).ConfigureAwait(false);
        var schedule = await ScheduleWire.FromProtoAsync(response.Schedule, Namespace, PlainConverter).ConfigureAwait(false);
        return new(input.Id, schedule, response, PlainConverter);
    }

    /// <inheritdoc/>
    public override async Task UpdateScheduleAsync(UpdateScheduleInput input)
    {
        var description = await DescribeScheduleAsync(new(input.Id, input.RpcOptions)).ConfigureAwait(false);
        if (await input.Updater(new(description)).ConfigureAwait(false) is not { } update)
        {
            return;
        }

        await Service.UpdateScheduleAsync(
            new()
            {
                Namespace = Namespace,
                ScheduleId = input.Id,
                Schedule = await ScheduleWire.ToProtoAsync(update.Schedule, Namespace, PlainConverter).ConfigureAwait(false),
                Identity = Identity,
                RequestId = Guid.NewGuid().ToString(),
                SearchAttributes = update.TypedSearchAttributes?.ToProto(),
            },
            Retrying(input.RpcOptions)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task BackfillScheduleAsync(BackfillScheduleInput input) => input.Backfills.Count == 0
        ? throw new ArgumentException("At least one backfill is required.", nameof(input))
        : PatchAsync(input.Id, new() { BackfillRequest = { input.Backfills.Select(b => b.ToProto()) } }, input.RpcOptions);

    /// <inheritdoc/>
    public override Task PauseScheduleAsync(PauseScheduleInput input) =>
        PatchAsync(input.Id, new() { Pause = input.Note ?? "Paused via .NET SDK" }, input.RpcOptions);

    /// <inheritdoc/>
    public override Task UnpauseScheduleAsync(UnpauseScheduleInput input) =>
        PatchAsync(input.Id, new() { Unpause = input.Note ?? "Unpaused via .NET SDK" }, input.RpcOptions);

    /// <inheritdoc/>
    public override Task TriggerScheduleAsync(TriggerScheduleInput input) => PatchAsync(
        input.Id,
        new() { TriggerImmediately = new() { OverlapPolicy = input.Options?.Overlap ?? Api.Enums.V1.ScheduleOverlapPolicy.Unspecified } },
        input.Options?.Rpc);

    /// <inheritdoc/>
    public override async Task DeleteScheduleAsync(DeleteScheduleInput input) =>
        await Service.DeleteScheduleAsync(
            new() { Namespace = Namespace, ScheduleId = input.Id, Identity = Identity }, Retrying(input.RpcOptions)).ConfigureAwait(false);

    /// <inheritdoc/>
    public override IAsyncEnumerable<ScheduleListDescription> ListSchedulesAsync(ListSchedulesInput input) => Pages.ReadAsync(
        input.Options?.Rpc,
        async (token, rpc) =>
        {
            var response = await Service.ListSchedulesAsync(
                new() { Namespace = Namespace, NextPageToken = Pages.ToWire(token), Query = input.Options?.Query ?? string.Empty }, Retrying(rpc)).ConfigureAwait(false);
            return ((IReadOnlyCollection<ScheduleListDescription>)[.. response.Schedules.Select(e => new ScheduleListDescription(e, PlainConverter))], Pages.FromWire(response.NextPageToken));
        });

    private async Task PatchAsync(string id, SchedulePatch patch, RpcOptions? rpcOptions) =>
        await Service.PatchScheduleAsync(
            new() { Namespace = Namespace, ScheduleId = id, Patch = patch, Identity = Identity, RequestId = Guid.NewGuid().ToString() },
            Retrying(rpcOptions)).ConfigureAwait(false);
}
