using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestrator.TestKit.S3;

/// <summary>
/// An S3 server for tests, on a free loopback port, its state in memory. Checks signatures, bodies and conditions as S3 does, and goes wrong where a test
/// asks for it (docs/specs/s3.md).
/// </summary>
public sealed class S3TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly S3ServerOptions _options;
    private readonly S3Authentication _authentication;
    private readonly S3Service _service;
    private readonly ConcurrentQueue<string> _log = new();

    /// <summary>The usual credentials, for programs too that are started from here.</summary>
    static S3TestServer()
    {
        var usual = new S3ServerOptions().Credentials[0];
        Environment.SetEnvironmentVariable("S3_TEST_SERVER_ACCESS_KEY_ID", usual.AccessKey);
        Environment.SetEnvironmentVariable("S3_TEST_SERVER_SECRET_ACCESS_KEY", usual.SecretKey);
    }

    private S3TestServer(S3ServerOptions options)
    {
        _options = options;
        _authentication = new S3Authentication(options.Credentials, options.Region, options.Time);
        _service = new S3Service(options.Time, options.Region, options.ChecksumAll);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>Address without a path, such as <c>http://127.0.0.1:40001</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Reference to the usual credentials.</summary>
    public const string Credentials = "environment:S3_TEST_SERVER";

    /// <summary>A location on this server, as a setting of a lake or a source has it.</summary>
    /// <param name="path">Bucket and what is in it.</param>
    /// <param name="more">More settings, <c>NAME=VALUE</c>.</param>
    public string Location(string path, params string[] more) => $"s3://{path}?{string.Join('&', [$"endpoint={Address}", $"credentials={Credentials}", .. more])}";

    /// <summary>What goes wrong.</summary>
    public S3Faults Faults { get; } = new();

    /// <summary>Every request that was answered: method, path, status.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Starts a server.</summary>
    public static async Task<S3TestServer> StartAsync(S3ServerOptions? options = null)
    {
        var server = new S3TestServer(options ?? new S3ServerOptions());
        await server._app.StartAsync();
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        foreach (var bucket in server._options.Buckets)
        {
            server._service.Create(bucket);
        }

        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        S3Request? request = null;
        S3Response response;
        S3Fault? fault = null;
        var id = Guid.NewGuid().ToString("N")[..16].ToUpperInvariant();
        try
        {
            request = S3Request.Of(http, _options.Domain);
            fault = Faults.Next(request);
            if (fault == S3Fault.ResetBeforeRequest)
            {
                http.Abort();
                return;
            }

            var signed = _authentication.Check(request);
            if (fault is S3Fault.EarlyError)
            {
                throw new S3Error(403, "AccessDenied", "Access Denied").With("Connection", "close");
            }

            await S3Body.ReadAsync(request, signed, http.RequestAborted);
            Refuse(fault);
            response = _service.Handle(request);
            if (fault is S3Fault.ResetAfterStore)
            {
                http.Abort();
                return;
            }

            if (fault is S3Fault.InternalErrorAfterStore)
            {
                throw new S3Error(500, "InternalError", "We encountered an internal error. Please try again.");
            }

            if (fault is S3Fault.ErrorInside200)
            {
                response = S3Response.Xml(new XmlText("Error", space: false).Add("Code", "InternalError").Add("Message", "We encountered an internal error. Please try again.").ToString());
            }
        }
        catch (S3Error error)
        {
            response = S3Response.Of(error, request, id);
        }

        _log.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{http.Request.Method} {request?.Path} {response.Status}"));
        await SendAsync(http, response, fault, id);
    }

    private static void Refuse(S3Fault? fault)
    {
        var (status, code) = fault switch
        {
            S3Fault.SlowDown => (503, "SlowDown"),
            S3Fault.InternalError => (500, "InternalError"),
            S3Fault.ServiceUnavailable => (503, "ServiceUnavailable"),
            S3Fault.ConditionalRequestConflict => (409, "ConditionalRequestConflict"),
            S3Fault.RequestTimeout => (400, "RequestTimeout"),
            S3Fault.ExpiredToken => (400, "ExpiredToken"),
            S3Fault.AccessDenied => (403, "AccessDenied"),
            _ => (0, ""),
        };
        if (status > 0)
        {
            throw new S3Error(status, code, "This fault was asked for.");
        }
    }

    private static async Task SendAsync(HttpContext http, S3Response response, S3Fault? fault, string id)
    {
        if (fault is S3Fault.SlowFirstByte)
        {
            await HoldAsync(http);
            return;
        }

        http.Response.StatusCode = response.Status;
        http.Response.Headers["Accept-Ranges"] = "bytes";
        http.Response.Headers["x-amz-request-id"] = id;
        http.Response.Headers["x-amz-id-2"] = id;
        foreach (var (name, value) in response.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (response.Status is not (204 or 304))
        {
            http.Response.ContentLength = response.Length;
        }

        if (http.Request.Method == "HEAD" || response.Status is 204 or 304)
        {
            return;
        }

        var body = response.Body;
        if (fault is S3Fault.CorruptBody or S3Fault.TruncatedXml or S3Fault.ResetMidBody or S3Fault.StallMidBody && response.Length > 0)
        {
            var bytes = body.SelectMany(b => b.ToArray()).ToArray();
            bytes[bytes.Length / 2] ^= 1;
            body = [fault is S3Fault.CorruptBody ? bytes : bytes.AsMemory(0, bytes.Length / 2)];
            http.Response.ContentLength = fault is S3Fault.TruncatedXml ? bytes.Length / 2 : bytes.Length;
        }

        foreach (var piece in body)
        {
            await http.Response.BodyWriter.WriteAsync(piece, http.RequestAborted);
        }

        if (fault is S3Fault.ResetMidBody or S3Fault.StallMidBody)
        {
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            if (fault is S3Fault.StallMidBody)
            {
                await HoldAsync(http);
            }

            http.Abort();
        }
    }

    /// <summary>Says nothing more until the client gives up.</summary>
    private static async Task HoldAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
