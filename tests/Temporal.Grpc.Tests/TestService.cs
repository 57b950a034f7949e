using Google.Protobuf.WellKnownTypes;

namespace Temporal.Grpc.Tests;

/// <summary>Methods over protobuf's own message types, so that these tests need no generated code.</summary>
internal static class TestService
{
    public const string Name = "test.v1.Echo";

    public static GrpcMethod<StringValue, StringValue> Text { get; } = new(Name, "Text", StringValue.Parser, StringValue.Parser);

    public static GrpcMethod<BytesValue, BytesValue> Bytes { get; } = new(Name, "Bytes", BytesValue.Parser, BytesValue.Parser);

    public static GrpcMethod<Empty, Empty> Nothing { get; } = new(Name, "Nothing", Empty.Parser, Empty.Parser);

    /// <summary>A router whose methods answer their request.</summary>
    public static GrpcRouter EchoRouter()
    {
        var router = new GrpcRouter();
        router.Map(Text, (request, _) => new(request));
        router.Map(Bytes, (request, _) => new(request));
        router.Map(Nothing, (request, _) => new(request));
        return router;
    }

    /// <summary>A router with one method.</summary>
    public static GrpcRouter Router(Func<string, GrpcServerCall, ValueTask<string>> handler)
    {
        var router = new GrpcRouter();
        router.Map(Text, async (request, call) => new StringValue { Value = await handler(request.Value, call) });
        return router;
    }
}
