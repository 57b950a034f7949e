using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>The embedded server has no activities without a workflow, like a real one with its default settings: callers are told so.</summary>
public sealed class StandaloneActivityTests(SdkServer server) : IClassFixture<SdkServer>
{
    [Fact]
    public async Task Start_OnTheEmbeddedServer_IsRefusedClearly()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.StartActivityAsync("Act", [], new("id", "queue") { StartToCloseTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal((RpcException.StatusCode.Unimplemented, "Standalone activity is disabled"), (error.Code, error.Message));
        Assert.Equal(RpcException.StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => server.Client.GetActivityHandle("id").GetResultAsync())).Code);
    }

    [Fact]
    public async Task ListAndCount_OnTheEmbeddedServer_AreEmpty()
    {
        await foreach (var activity in server.Client.ListActivitiesAsync(""))
        {
            Assert.Fail($"There is an activity '{activity.ActivityId}'.");
        }

        Assert.Equal(0, (await server.Client.CountActivitiesAsync("")).Count);
    }
}
