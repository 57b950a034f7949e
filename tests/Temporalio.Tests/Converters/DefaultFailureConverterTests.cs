using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Tests.Converters;

public sealed class DefaultFailureConverterTests
{
    private static readonly DefaultPayloadConverter Payloads = new();
    private readonly DefaultFailureConverter _converter = new();

    [Fact]
    public void ToFailure_PlainException_BecomesRetryableApplicationFailureOfShortName()
    {
        var failure = _converter.ToFailure(Thrown(new InvalidOperationException("boom", new TimeoutException("inner"))), Payloads);

        Assert.Equal("boom", failure.Message);
        Assert.Equal("dotnet", failure.Source);
        Assert.Equal("InvalidOperationException", failure.ApplicationFailureInfo.Type);
        Assert.False(failure.ApplicationFailureInfo.NonRetryable);
        Assert.Contains(nameof(Thrown), failure.StackTrace, StringComparison.Ordinal);
        Assert.Equal("TimeoutException", failure.Cause.ApplicationFailureInfo.Type);
    }

    [Fact]
    public void RoundTrip_ApplicationFailure_KeepsEverything()
    {
        var sent = new ApplicationFailureException(
            "bad", errorType: "Kind", nonRetryable: true, details: [1, "two"], nextRetryDelay: TimeSpan.FromSeconds(3),
            category: ApplicationErrorCategory.Benign);

        var read = Assert.IsType<ApplicationFailureException>(_converter.ToException(_converter.ToFailure(sent, Payloads), Payloads));

        Assert.Equal("bad", read.Message);
        Assert.Equal("Kind", read.ErrorType);
        Assert.True(read.NonRetryable);
        Assert.Equal(2, read.Details.Count);
        Assert.Equal(1, read.Details.ElementAt<int>(0));
        Assert.Equal("two", read.Details.ElementAt<string>(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => read.Details.ElementAt<int>(2));
        Assert.Equal(TimeSpan.FromSeconds(3), read.NextRetryDelay);
        Assert.Equal(ApplicationErrorCategory.Benign, read.Category);
    }

    [Fact]
    public void ToFailure_ReceivedFailureRethrown_IsTheSameMessage()
    {
        var failure = new Failure { Message = "m", ServerFailureInfo = new() { NonRetryable = true } };

        var exception = _converter.ToException(failure, Payloads);

        Assert.Same(failure, _converter.ToFailure(exception, Payloads));
        Assert.True(Assert.IsType<ServerFailureException>(exception).NonRetryable);
    }

    [Fact]
    public void ToException_ActivityFailure_HasCauseAndFields()
    {
        var exception = Assert.IsType<ActivityFailureException>(_converter.ToException(
            new()
            {
                Message = "activity error",
                ActivityFailureInfo = new() { ActivityId = "5", ActivityType = new() { Name = "Do" }, Identity = "me", RetryState = RetryState.Timeout },
                Cause = new() { Message = "too slow", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.Heartbeat, LastHeartbeatDetails = OneDetail() } },
            },
            Payloads));

        Assert.Equal(("5", "Do", "me", RetryState.Timeout), (exception.ActivityId, exception.ActivityType, exception.Identity, exception.RetryState));
        var timeout = Assert.IsType<TimeoutFailureException>(exception.InnerException);
        Assert.Equal(TimeoutType.Heartbeat, timeout.TimeoutType);
        Assert.Equal("detail", timeout.LastHeartbeatDetails.ElementAt<string>(0));
    }

    [Fact]
    public void ToException_EveryKind_HasItsClass()
    {
        (Failure Failure, Type Expected)[] kinds =
        [
            (new() { CanceledFailureInfo = new() }, typeof(CanceledFailureException)),
            (new() { TerminatedFailureInfo = new() }, typeof(TerminatedFailureException)),
            (new() { ChildWorkflowExecutionFailureInfo = new() }, typeof(ChildWorkflowFailureException)),
            (new() { ResetWorkflowFailureInfo = new() { LastHeartbeatDetails = OneDetail() } }, typeof(ApplicationFailureException)),
            (new() { Message = "nothing known" }, typeof(ApplicationFailureException)),
        ];

        foreach (var (failure, expected) in kinds)
        {
            Assert.IsType(expected, _converter.ToException(failure, Payloads));
        }
    }

    [Fact]
    public void EncodeCommonAttributes_OnEveryLevel_HidesAndRestores()
    {
        var converter = new DefaultFailureConverter.WithEncodedCommonAttributes();

        var failure = converter.ToFailure(Thrown(new InvalidOperationException("secret", new TimeoutException("also secret"))), Payloads);

        Assert.Equal("Encoded failure", failure.Message);
        Assert.Empty(failure.StackTrace);
        Assert.Equal("Encoded failure", failure.Cause.Message);
        Assert.Contains("\"stack_trace\"", failure.EncodedAttributes.Data.ToStringUtf8(), StringComparison.Ordinal);
        var exception = _converter.ToException(failure, Payloads);
        Assert.Equal("secret", exception.Message);
        Assert.Contains(nameof(Thrown), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal("also secret", exception.InnerException!.Message);
    }

    [Fact]
    public async Task ToFailureAsync_WithCodec_LeavesTheExceptionsMessageAlone()
    {
        var converter = new DataConverter(Payloads, new DefaultFailureConverter(), new Reversing());
        var received = new Failure { Message = "m", ApplicationFailureInfo = new() { Details = OneDetail() } };
        var exception = _converter.ToException(received, Payloads);

        var first = await converter.ToFailureAsync(exception);
        var second = await converter.ToFailureAsync(exception);

        Assert.Equal("\"detail\"", received.ApplicationFailureInfo.Details.Payloads_[0].Data.ToStringUtf8());
        Assert.Equal(first, second);
        var back = (ApplicationFailureException)await converter.ToExceptionAsync(first);
        Assert.Equal("detail", back.Details.ElementAt<string>(0));
    }

    [Fact]
    public async Task Codec_ReturnsTwoPayloadsWhereOneIsAllowed_Throws()
    {
        var converter = DataConverter.Default with { PayloadCodec = new Doubling() };

        await Assert.ThrowsAsync<InvalidOperationException>(() => converter.ToPayloadAsync("x"));
        Assert.Equal(4, (await converter.ToPayloadsAsync(["x", "y"])).Count);
    }

    [Fact]
    public void IsCanceledException_Wrapped_IsSeen()
    {
        var canceled = new Failure { CanceledFailureInfo = new() };

        Assert.True(TemporalException.IsCanceledException(new TaskCanceledException()));
        Assert.True(TemporalException.IsCanceledException(_converter.ToException(new() { ActivityFailureInfo = new(), Cause = canceled }, Payloads)));
        Assert.True(TemporalException.IsCanceledException(_converter.ToException(new() { ChildWorkflowExecutionFailureInfo = new(), Cause = canceled }, Payloads)));
        Assert.False(TemporalException.IsCanceledException(_converter.ToException(new() { ApplicationFailureInfo = new(), Cause = canceled }, Payloads)));
    }

    private static Payloads OneDetail() => new() { Payloads_ = { Payloads.ToPayload("detail") } };

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Reversing : IPayloadCodec
    {
        public Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads) => Task.FromResult(Reverse(payloads));

        public Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads) => Task.FromResult(Reverse(payloads));

        private static IReadOnlyCollection<Payload> Reverse(IReadOnlyCollection<Payload> payloads) =>
            [.. payloads.Select(p => new Payload(p) { Data = ByteString.CopyFrom([.. p.Data.Reverse()]) })];
    }

    private sealed class Doubling : IPayloadCodec
    {
        public Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads) =>
            Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads, .. payloads]);

        public Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads) => Task.FromResult(payloads);
    }
}
