using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;

namespace Temporal.DevServer.Frontend;

/// <summary>Maps methods of one service and turns our errors into statuses.</summary>
internal sealed class ServiceMap(GrpcRouter router, string service, LocalCalls? local = null)
{
    public void Add<TRequest, TResponse>(string name, Func<TRequest, GrpcServerCall, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var method = new GrpcMethod<TRequest, TResponse>(service, name, new MessageParser<TRequest>(static () => new()), new MessageParser<TResponse>(static () => new()));
        router.Map(method, async (request, call) =>
        {
            try
            {
                ClientVersions.Check(call);
                return await handler(request, call).ConfigureAwait(false);
            }
            catch (ServiceException e)
            {
                throw new GrpcException(e.Code, e.Message, Details(e), e);
            }
        });
    }

    public void Add<TRequest, TResponse>(string name, Func<TRequest, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        local?.Add(handler);
        Add<TRequest, TResponse>(name, (request, _) => handler(request));
    }

    public void Add<TRequest, TResponse>(string name, Func<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        Add<TRequest, TResponse>(name, request => ValueTask.FromResult(handler(request)));

    /// <summary>A method that is always refused, whatever it is asked; its messages need not be known.</summary>
    public void Refuse(string name, Func<ServiceException> error) => 
        Add<Empty, Empty>(name, new Func<Empty, GrpcServerCall, ValueTask<Empty>>((_, _) => throw error()));

    /// <summary>The status with its one detail; type URLs are written by hand because packing by descriptor is slow at first use.</summary>
    private static byte[]? Details(ServiceException e)
    {
        if (e.Detail is null)
        {
            return null;
        }

        var status = new Google.Rpc.Status { Code = (int)e.Code, Message = e.Message };
        status.Details.Add(new Any { TypeUrl = "type.googleapis.com/" + e.DetailType, Value = e.Detail.ToByteString() });
        return status.ToByteArray();
    }
}
