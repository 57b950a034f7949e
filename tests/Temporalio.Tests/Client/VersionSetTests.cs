using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

#pragma warning disable CS0618 // What code of the older kind calls.

public sealed class VersionSetTests
{
    public static TheoryData<BuildIdOp, string> Changes => new()
    {
        { new BuildIdOp.AddNewDefault("a"), """{ "namespace": "default", "taskQueue": "tq", "addNewBuildIdInNewDefaultSet": "a" }""" },
        { new BuildIdOp.AddNewCompatible("a", "b", true), """{ "namespace": "default", "taskQueue": "tq", "addNewCompatibleBuildId": { "newBuildId": "a", "existingCompatibleBuildId": "b", "makeSetDefault": true } }""" },
        { new BuildIdOp.PromoteSetByBuildId("a"), """{ "namespace": "default", "taskQueue": "tq", "promoteSetByBuildId": "a" }""" },
        { new BuildIdOp.PromoteBuildIdWithinSet("a"), """{ "namespace": "default", "taskQueue": "tq", "promoteBuildIdWithinSet": "a" }""" },
        { new BuildIdOp.MergeSets("a", "b"), """{ "namespace": "default", "taskQueue": "tq", "mergeSets": { "primarySetBuildId": "a", "secondarySetBuildId": "b" } }""" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Update_EachKindOfChange_IsOnTheRequest(BuildIdOp change, string request)
    {
        await using var server = new FakeFrontend().Answer(
            "UpdateWorkerBuildIdCompatibility", UpdateWorkerBuildIdCompatibilityRequest.Parser, UpdateWorkerBuildIdCompatibilityResponse.Parser, _ => new());
        var client = await server.ConnectAsync();

        await client.UpdateWorkerBuildIdCompatibilityAsync("tq", change);

        Assert.Equal(request, server.Last<UpdateWorkerBuildIdCompatibilityRequest>().ToString());
    }

    [Fact]
    public async Task Get_Sets_HaveTheDefaultLast()
    {
        GetWorkerBuildIdCompatibilityResponse answer = new() { MajorVersionSets = { new Api.TaskQueue.V1.CompatibleVersionSet { BuildIds = { "1", "2" } }, new Api.TaskQueue.V1.CompatibleVersionSet { BuildIds = { "3" } } } };
        await using var server = new FakeFrontend().Answer(
            "GetWorkerBuildIdCompatibility", GetWorkerBuildIdCompatibilityRequest.Parser, GetWorkerBuildIdCompatibilityResponse.Parser, _ => answer);
        var client = await server.ConnectAsync();

        var sets = await client.GetWorkerBuildIdCompatibilityAsync("tq", 7);
        answer = new();

        Assert.Equal(("3", "2"), (sets!.DefaultBuildId, sets.VersionSets.First().Default));
        Assert.Equal(7, server.Last<GetWorkerBuildIdCompatibilityRequest>().MaxSets);
        Assert.Null(await client.GetWorkerBuildIdCompatibilityAsync("tq", 0));
    }

    [Fact]
    public async Task Reachability_QueuesNotLookedAt_AreApart()
    {
        await using var server = new FakeFrontend().Answer(
            "GetWorkerTaskReachability", GetWorkerTaskReachabilityRequest.Parser, GetWorkerTaskReachabilityResponse.Parser, _ => new()
            {
                BuildIdReachability =
                {
                    new Api.TaskQueue.V1.BuildIdReachability
                    {
                        BuildId = "1",
                        TaskQueueReachability =
                        {
                            new Api.TaskQueue.V1.TaskQueueReachability { TaskQueue = "a", Reachability = { TaskReachability.NewWorkflows } },
                            new Api.TaskQueue.V1.TaskQueueReachability { TaskQueue = "b" },
                            new Api.TaskQueue.V1.TaskQueueReachability { TaskQueue = "c", Reachability = { TaskReachability.Unspecified } },
                        },
                    },
                },
            });
        var client = await server.ConnectAsync();

        var one = (await client.GetWorkerTaskReachabilityAsync(["1"], ["a", "b"], TaskReachability.OpenWorkflows)).BuildIdReachability["1"];

        Assert.Equal([TaskReachability.NewWorkflows], one.TaskQueueReachability["a"]);
        Assert.Empty(one.TaskQueueReachability["b"]);
        Assert.Equal(["c"], one.UnretrievedTaskQueues);
        var request = server.Last<GetWorkerTaskReachabilityRequest>();
        Assert.Equal(("1", "a", TaskReachability.OpenWorkflows), (request.BuildIds.Single(), request.TaskQueues.First(), request.Reachability));
    }
}
