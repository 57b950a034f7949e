using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>Makes the web server beneath, set up for many long calls on few connections.</summary>
internal static class KestrelFactory
{
    private const int StreamWindow = 1024 * 1024;
    private const int ConnectionWindow = 8 * 1024 * 1024;
    private const int MaxHeaderBytes = 64 * 1024;

    /// <summary>Makes the server, not started, with what owns it; the endpoint knows its port once the server started.</summary>
    public static KestrelHost Create(GrpcServerOptions options)
    {
        // Only the web server is taken from the host: requests do not pass its pipeline.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(
            options.LoggerFactory is { } loggers ? new WebServerLoggerFactory(loggers) : NullLoggerFactory.Instance);
        ListenOptions? endpoint = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowAlternateSchemes = true;
            SetLimits(kestrel.Limits, options);
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                endpoint = listen;
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                if (options.ServerCertificate is null)
                {
                    listen.Use(ProtocolSniffer.Wrap);
                }
                else
                {
                    listen.UseHttps(Tls(options));
                }
            });
        });
        var host = builder.Build();
        return new KestrelHost(host, host.Services.GetRequiredService<IServer>(), () => endpoint!.IPEndPoint!);
    }

    private static void SetLimits(KestrelServerLimits limits, GrpcServerOptions options)
    {
        // Messages have their own limit; polls and slow links are no attack here.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeadersTotalSize = 4 * MaxHeaderBytes;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(30);
        limits.Http2.MaxStreamsPerConnection = options.MaxCallsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private static HttpsConnectionAdapterOptions Tls(GrpcServerOptions options)
    {
        var tls = new HttpsConnectionAdapterOptions
        {
            ServerCertificate = options.ServerCertificate,
            ServerCertificateChain = options.ServerCertificateChain,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (options.ClientRootCertificates is { } roots)
        {
            tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            tls.ClientCertificateValidation = (certificate, chain, _) => CertificateTrust.AcceptsClient(roots, certificate, chain);
        }

        return tls;
    }
}
