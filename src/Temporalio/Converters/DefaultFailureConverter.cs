using System.Text.Json.Serialization;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Exceptions;

namespace Temporalio.Converters;

/// <summary>
/// Maps the failure exceptions of this SDK one to one; any other exception becomes an application failure whose type is the short name
/// of the exception's class. A received failure that is thrown again is sent as it was received.
/// </summary>
public class DefaultFailureConverter : IFailureConverter
{
    private const string Source = "dotnet";
    private const string EncodedMessage = "Encoded failure";

    /// <summary>Creates the converter with default options.</summary>
    public DefaultFailureConverter()
        : this(new DefaultFailureConverterOptions())
    {
    }

    /// <summary>Creates the converter.</summary>
    /// <param name="options">Its options.</param>
    protected DefaultFailureConverter(DefaultFailureConverterOptions options) => Options = options;

    /// <summary>Options in force; not to be changed.</summary>
    public DefaultFailureConverterOptions Options { get; }

    /// <inheritdoc/>
    public virtual Failure ToFailure(Exception exception, IPayloadConverter payloadConverter)
    {
        if (exception is FailureException { Failure: { } received })
        {
            return received;
        }

        var failure = new Failure { Message = exception.Message, Source = Source, StackTrace = exception.StackTrace ?? string.Empty };
        if (exception.InnerException is { } inner)
        {
            failure.Cause = ToFailure(inner, payloadConverter);
        }

        switch (exception)
        {
            case ApplicationFailureException application:
                failure.ApplicationFailureInfo = new()
                {
                    Type = application.ErrorType ?? string.Empty,
                    NonRetryable = application.NonRetryable,
                    Details = ToPayloads(application.Details, payloadConverter),
                    NextRetryDelay = application.NextRetryDelay is { } delay ? Duration.FromTimeSpan(delay) : null,
                    Category = application.Category,
                };
                break;
            case CanceledFailureException canceled:
                failure.CanceledFailureInfo = new() { Details = ToPayloads(canceled.Details, payloadConverter) };
                break;
            default:
                failure.ApplicationFailureInfo = new() { Type = exception.GetType().Name };
                break;
        }

        if (Options.EncodeCommonAttributes)
        {
            failure.EncodedAttributes = payloadConverter.ToPayload(new CommonAttributes(failure.Message, failure.StackTrace));
            failure.Message = EncodedMessage;
            failure.StackTrace = string.Empty;
        }

        return failure;
    }

    /// <inheritdoc/>
    public virtual Exception ToException(Failure failure, IPayloadConverter payloadConverter)
    {
        if (failure.EncodedAttributes is { } encoded && payloadConverter.ToValue<CommonAttributes?>(encoded) is { } attributes)
        {
            failure = failure.Clone();
            failure.Message = attributes.Message ?? string.Empty;
            failure.StackTrace = attributes.StackTrace ?? string.Empty;
        }

        var inner = failure.Cause is { } cause ? ToException(cause, payloadConverter) : null;
        return failure.FailureInfoCase switch
        {
            Failure.FailureInfoOneofCase.TimeoutFailureInfo => new TimeoutFailureException(failure, inner, payloadConverter),
            Failure.FailureInfoOneofCase.CanceledFailureInfo => new CanceledFailureException(failure, inner, payloadConverter),
            Failure.FailureInfoOneofCase.TerminatedFailureInfo => new TerminatedFailureException(failure, inner, null),
            Failure.FailureInfoOneofCase.ServerFailureInfo => new ServerFailureException(failure, inner),
            Failure.FailureInfoOneofCase.ActivityFailureInfo => new ActivityFailureException(failure, inner),
            Failure.FailureInfoOneofCase.ChildWorkflowExecutionFailureInfo => new ChildWorkflowFailureException(failure, inner),
            _ => new ApplicationFailureException(failure, inner, payloadConverter),
        };
    }

    private static Payloads? ToPayloads(IFailureDetails details, IPayloadConverter converter) => details switch
    {
        { Count: 0 } => null,
        OutboundFailureDetails outbound => new() { Payloads_ = { outbound.Details!.Select(converter.ToPayload) } },
        InboundFailureDetails inbound => new() { Payloads_ = { inbound.Payloads! } },
        _ => throw new ArgumentException($"Failure details of type '{details.GetType()}' cannot be sent.", nameof(details)),
    };

    /// <summary>Like the default converter, with message and stack trace moved into a payload.</summary>
    public class WithEncodedCommonAttributes : DefaultFailureConverter
    {
        /// <summary>Creates the converter.</summary>
        public WithEncodedCommonAttributes()
            : base(new() { EncodeCommonAttributes = true })
        {
        }
    }

    private sealed record CommonAttributes(
        [property: JsonPropertyName("message")] string? Message,
        [property: JsonPropertyName("stack_trace")] string? StackTrace);
}
