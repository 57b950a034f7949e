using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>
/// Sits directly on the web server: gRPC requests go to the dispatcher without an <see cref="HttpContext"/>, all others to the
/// optional web handler.
/// </summary>
internal sealed class GrpcHttpApplication(GrpcDispatcher dispatcher, RequestDelegate? web) : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        if (GrpcHeaders.IsGrpc(request.Headers.ContentType))
        {
            if (HttpMethods.IsPost(request.Method) && HttpProtocol.IsHttp2(request.Protocol))
            {
                return dispatcher.DispatchAsync(context, request);
            }

            return Refuse(context, HttpMethods.IsPost(request.Method) ? StatusCodes.Status426UpgradeRequired : StatusCodes.Status405MethodNotAllowed);
        }

        return web is null ? Refuse(context, StatusCodes.Status415UnsupportedMediaType) : web(new DefaultHttpContext(context));
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
        // The web server owns the features and logs the exception.
    }

    private static Task Refuse(IFeatureCollection context, int statusCode)
    {
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = statusCode;
        response.Headers.ContentLength = 0;
        return Task.CompletedTask;
    }
}
