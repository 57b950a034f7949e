using System.Net.Sockets;
using System.Security.Authentication;
using Temporal.Grpc.Client;

namespace Temporal.Grpc.Tests.Client;

public sealed class TransportErrorTests
{
    public static TheoryData<Exception> Failures() =>
    [
        new HttpRequestException("lost"),
        new IOException("lost"),
        new AuthenticationException("no"),
        new SocketException((int)SocketError.NotConnected),
        new ObjectDisposedException("socket"),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Translate_WhateverATransportThrows_IsUnavailable(Exception failure)
    {
        Assert.True(TransportError.Covers(failure));
        var error = TransportError.Translate(failure, new Uri("http://127.0.0.1:7233"), "/service/Method");
        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Same(failure, error.InnerException);
    }

    [Fact]
    public void Covers_WhatIsNoTransportFailure_No() => Assert.False(TransportError.Covers(new InvalidOperationException("a fault of ours")));
}
