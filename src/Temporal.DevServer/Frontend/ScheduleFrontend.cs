using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Schedules;
using Temporal.DevServer.Schedules.Spec;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Schedules: create, describe, change, list, delete.</summary>
internal sealed class ScheduleFrontend(NamespaceRegistry namespaces, ScheduleHost host, ScheduleRequests requests)
{
    private static readonly byte[] FirstToken = ScheduleToken.Write(1);

    public void Map(ServiceMap map)
    {
        map.Add<CreateScheduleRequest, CreateScheduleResponse>("CreateSchedule", async r =>
        {
            var ns = requests.Namespace(r.Namespace, r.ScheduleId);
            var attributes = requests.Check(ns, r);
            await host.CreateAsync(ns, r, attributes).ConfigureAwait(false);
            return new CreateScheduleResponse { ConflictToken = ByteString.CopyFrom(FirstToken) };
        });
        map.Add<DescribeScheduleRequest, DescribeScheduleResponse>("DescribeSchedule", async r =>
            await host.DescribeAsync(requests.Namespace(r.Namespace, r.ScheduleId).Id, r.ScheduleId).ConfigureAwait(false));
        map.Add<UpdateScheduleRequest, UpdateScheduleResponse>("UpdateSchedule", async r =>
        {
            var ns = requests.Namespace(r.Namespace, scheduleId: null);
            var attributes = requests.Check(ns, r);
            requests.Namespace(r.Namespace, r.ScheduleId);
            await host.UpdateAsync(ns.Id, r, attributes).ConfigureAwait(false);
            return new UpdateScheduleResponse();
        });
        map.Add<PatchScheduleRequest, PatchScheduleResponse>("PatchSchedule", async r =>
        {
            requests.Namespace(r.Namespace, scheduleId: null);
            requests.Check(r);
            var ns = requests.Namespace(r.Namespace, r.ScheduleId);
            await host.PatchAsync(ns.Id, r.ScheduleId, r.RequestId, r.Patch).ConfigureAwait(false);
            return new PatchScheduleResponse();
        });
        map.Add<DeleteScheduleRequest, DeleteScheduleResponse>("DeleteSchedule", async r =>
        {
            await host.DeleteAsync(requests.Namespace(r.Namespace, r.ScheduleId).Id, r.ScheduleId).ConfigureAwait(false);
            return new DeleteScheduleResponse();
        });
        map.Add<ListScheduleMatchingTimesRequest, ListScheduleMatchingTimesResponse>("ListScheduleMatchingTimes", MatchingTimesAsync);
        map.Add<ListSchedulesRequest, ListSchedulesResponse>("ListSchedules", List);
        map.Add<CountSchedulesRequest, CountSchedulesResponse>("CountSchedules", Count);
    }

    private async ValueTask<ListScheduleMatchingTimesResponse> MatchingTimesAsync(ListScheduleMatchingTimesRequest request)
    {
        var ns = requests.Namespace(request.Namespace, request.ScheduleId);
        WireTimes.Check(request);
        var bounded = request.StartTime is not null && request.EndTime is not null;
        try
        {
            // Without both bounds it is asked for nothing, to find out first whether there is such a schedule.
            var after = bounded ? request.StartTime!.ToDateTime() : DateTime.UnixEpoch;
            var until = bounded ? request.EndTime!.ToDateTime() : DateTime.UnixEpoch;
            var times = await host.MatchingTimesAsync(ns.Id, request.ScheduleId, after, until).ConfigureAwait(false);
            return bounded ? new ListScheduleMatchingTimesResponse { StartTime = { times.Select(Timestamp.FromDateTime) } } : throw BadQuery("missing or invalid query");
        }
        catch (ScheduleSpecException e)
        {
            throw BadQuery(e.Message);
        }
    }

    private static ServiceException BadQuery(string message) => ServiceErrors.QueryFailed(
        message, new Failure { Message = message, Source = "GoSDK", ApplicationFailureInfo = new() });

    private ListSchedulesResponse List(ListSchedulesRequest request)
    {
        try
        {
            var (entries, token) = host.Index.List(namespaces.Get(request.Namespace), request.Query, request.MaximumPageSize, request.NextPageToken.Span);
            return new ListSchedulesResponse { Schedules = { entries }, NextPageToken = ByteString.CopyFrom(token) };
        }
        catch (VisibilityQueryException e)
        {
            throw ServiceErrors.InvalidArgument(e.Message);
        }
    }

    private CountSchedulesResponse Count(CountSchedulesRequest request)
    {
        try
        {
            return new CountSchedulesResponse { Count = host.Index.Count(namespaces.Get(request.Namespace), request.Query) };
        }
        catch (VisibilityQueryException e)
        {
            throw ServiceErrors.InvalidArgument(e.Message);
        }
    }
}
