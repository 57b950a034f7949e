using Temporalio.Api.Failure.V1;

namespace Temporalio.Exceptions;

/// <summary>
/// A failure that travels through Temporal. Thrown by workflow code it fails the workflow; one that came from the server keeps its
/// original message in <see cref="Failure"/> and is sent back unchanged when rethrown.
/// </summary>
public class FailureException : TemporalException
{
    /// <summary>Creates a failure of local origin.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="inner">The cause, if any.</param>
    protected internal FailureException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Creates a failure received from the server.</summary>
    /// <param name="failure">The message it was converted from.</param>
    /// <param name="inner">The converted cause, if any.</param>
    protected internal FailureException(Failure failure, Exception? inner)
        : base(failure.Message, inner) => Failure = failure;

    /// <summary>The message this exception was made from; null for one of local origin.</summary>
    public Failure? Failure { get; protected init; }

    /// <summary>Where it was thrown: the remote trace first when the failure came from the server, then the local one.</summary>
    public override string? StackTrace
    {
        get
        {
            var remote = Failure?.StackTrace;
            var local = base.StackTrace;
            return string.IsNullOrEmpty(remote) ? local
                : string.IsNullOrEmpty(local) ? remote
                : remote + Environment.NewLine + local;
        }
    }
}
