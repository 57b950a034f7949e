using Temporalio.Api.Failure.V1;

namespace Temporalio.Converters;

/// <summary>Turns exceptions into failure messages and back. Must be deterministic and thread safe: it also runs inside workflows.</summary>
public interface IFailureConverter
{
    /// <summary>Converts an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="payloadConverter">Converter for details.</param>
    /// <returns>The message.</returns>
    Failure ToFailure(Exception exception, IPayloadConverter payloadConverter);

    /// <summary>Converts a message.</summary>
    /// <param name="failure">The message.</param>
    /// <param name="payloadConverter">Converter for details.</param>
    /// <returns>The exception.</returns>
    Exception ToException(Failure failure, IPayloadConverter payloadConverter);
}
