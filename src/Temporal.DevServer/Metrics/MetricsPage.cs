using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Temporal.DevServer.Storage;

namespace Temporal.DevServer.Metrics;

/// <summary>What is served over plain HTTP: <c>/healthz</c> and <c>/metrics</c>.</summary>
internal sealed class MetricsPage(ServerMetrics metrics, IRunStore store)
{
    public Task ServeAsync(HttpContext context)
    {
        var (status, text) = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET" or "HEAD", "/healthz") => store.IsHealthy ? (StatusCodes.Status200OK, "ok\n") : (StatusCodes.Status503ServiceUnavailable, "the storage failed; see the log\n"),
            ("GET" or "HEAD", "/metrics") => (StatusCodes.Status200OK, metrics.Write()),
            ("GET" or "HEAD", _) => (StatusCodes.Status404NotFound, "There are /healthz and /metrics.\n"),
            _ => (StatusCodes.Status405MethodNotAllowed, ""),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = context.Request.Path == "/metrics" ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
