using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Temporal.Grpc;

namespace Temporal.DevServer.Tests.Transport;

public sealed class ReflectionTests
{
    public static TheoryData<string> Versions => ["v1", "v1alpha"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task ListServices_BothVersions_NamesWhatIsServed(string version)
    {
        var reply = await AskAsync(version, new() { ListServices = "" });

        Assert.Equal(
            [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
                "temporal.api.operatorservice.v1.OperatorService", "temporal.api.workflowservice.v1.WorkflowService",
            ],
            reply.ListServicesResponse.Service.Select(s => s.Name));
    }

    [Theory]
    [InlineData("temporal.api.workflowservice.v1.WorkflowService")]
    [InlineData("temporal.api.workflowservice.v1.WorkflowService.StartWorkflowExecution")]
    [InlineData("temporal.api.history.v1.HistoryEvent")]
    [InlineData("temporal.api.enums.v1.EventType")]
    [InlineData("temporal.api.workflowservice.v1.GetSystemInfoResponse.Capabilities")]
    public async Task FileContainingSymbol_Known_GivesFilesThatBuild(string symbol)
    {
        var reply = await AskAsync("v1", new() { FileContainingSymbol = symbol });

        // Dependencies first is how descriptors are built; that it works shows that no import is missing.
        var files = reply.FileDescriptorResponse.FileDescriptorProto.Reverse().ToList();
        var parsed = files.Select(f => FileDescriptorProto.Parser.ParseFrom(f)).ToDictionary(f => f.Name);
        Assert.All(parsed.Values.SelectMany(f => f.Dependency), d => Assert.Contains(d, parsed.Keys));
    }

    [Fact]
    public async Task Unknown_SymbolOrFile_IsNotFound()
    {
        Assert.Equal(5, (await AskAsync("v1", new() { FileContainingSymbol = "no.such.Thing" })).ErrorResponse.ErrorCode);
        Assert.Equal(5, (await AskAsync("v1", new() { FileByFilename = "no/such.proto" })).ErrorResponse.ErrorCode);
        Assert.Equal(3, (await AskAsync("v1", new())).ErrorResponse.ErrorCode);
    }

    private static async Task<ServerReflectionResponse> AskAsync(string version, ServerReflectionRequest request)
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions());
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("http://" + server.Address) });
        // A stream of one request has one reply: on the wire that is a unary call.
        var method = new GrpcMethod<ServerReflectionRequest, ServerReflectionResponse>(
            $"grpc.reflection.{version}.ServerReflection", "ServerReflectionInfo", ServerReflectionRequest.Parser, ServerReflectionResponse.Parser);
        return await channel.UnaryAsync(method, request);
    }
}
