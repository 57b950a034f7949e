using Temporalio.Client;
using static Temporalio.Exceptions.RpcException;

namespace Temporalio.Tests.Client;

public sealed class RpcRetryPolicyTests
{
    private readonly RpcRetryPolicy _policy = new(new());

    [Theory]
    [InlineData(StatusCode.Unavailable, true)]
    [InlineData(StatusCode.ResourceExhausted, true)]
    [InlineData(StatusCode.Internal, true)]
    [InlineData(StatusCode.Unknown, true)]
    [InlineData(StatusCode.Aborted, true)]
    [InlineData(StatusCode.OutOfRange, true)]
    [InlineData(StatusCode.DataLoss, true)]
    [InlineData(StatusCode.DeadlineExceeded, false)]
    [InlineData(StatusCode.Cancelled, false)]
    [InlineData(StatusCode.NotFound, false)]
    [InlineData(StatusCode.InvalidArgument, false)]
    [InlineData(StatusCode.AlreadyExists, false)]
    [InlineData(StatusCode.PermissionDenied, false)]
    [InlineData(StatusCode.Unauthenticated, false)]
    [InlineData(StatusCode.FailedPrecondition, false)]
    [InlineData(StatusCode.Unimplemented, false)]
    public void NextDelay_Code_RetriesOnlyTransientOnes(StatusCode code, bool retried) =>
        Assert.Equal(retried, _policy.NextDelay(1, TimeSpan.Zero, code, 0.5) is not null);

    [Fact]
    public void NextDelay_WithoutJitter_GrowsByHalfUpToTheMaximum()
    {
        var delays = Enumerable.Range(1, 10).Select(n => _policy.NextDelay(n, TimeSpan.Zero, StatusCode.Unavailable, 0.5)!.Value.TotalMilliseconds).ToArray();

        Assert.Equal(100, delays[0], 3);
        Assert.Equal(150, delays[1], 3);
        Assert.Equal(225, delays[2], 3);
        Assert.All(delays, d => Assert.True(d <= 5000));
        Assert.Equal(100 * Math.Pow(1.5, 9), delays[9], 0);
    }

    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 120)]
    public void NextDelay_Jitter_IsAFifthEitherWay(double chance, double expected) =>
        Assert.Equal(expected, _policy.NextDelay(1, TimeSpan.Zero, StatusCode.Unavailable, chance)!.Value.TotalMilliseconds, 2);

    [Fact]
    public void NextDelay_ResourceExhausted_WaitsAtLeastASecondDoubling() =>
        Assert.Equal(
            [1d, 2, 4, 8, 10],
            Enumerable.Range(1, 5).Select(n => _policy.NextDelay(n, TimeSpan.Zero, StatusCode.ResourceExhausted, 0.5)!.Value.TotalSeconds));

    [Fact]
    public void NextDelay_LimitsReached_GivesUp()
    {
        Assert.NotNull(_policy.NextDelay(10, TimeSpan.FromSeconds(9.9), StatusCode.Unavailable, 0.5));
        Assert.Null(_policy.NextDelay(11, TimeSpan.Zero, StatusCode.Unavailable, 0.5));
        Assert.Null(_policy.NextDelay(1, TimeSpan.FromSeconds(10), StatusCode.Unavailable, 0.5));
        Assert.NotNull(new RpcRetryPolicy(new() { MaxElapsedTime = null }).NextDelay(1, TimeSpan.FromDays(1), StatusCode.Unavailable, 0.5));
    }
}
