namespace Temporalio.Client;

/// <summary>Options of one call of the service.</summary>
public class RpcOptions : ICloneable
{
    /// <summary>Whether transient errors are retried. Default: unset, true for calls of the client and its handles, false for raw service calls.</summary>
    public bool? Retry { get; set; }

    /// <summary>Metadata sent besides the connection's; wins where a name is the same. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? Metadata { get; set; }

    /// <summary>Binary metadata sent besides the connection's; names end in <c>-bin</c>. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, byte[]>>? BinaryMetadata { get; set; }

    /// <summary>How long one try of the call may take. Default: unset, 70 seconds for long polls and 30 seconds for others.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Ends the call. Default: unset.</summary>
    public CancellationToken? CancellationToken { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();

    /// <summary>Copies the options with another token added to their own.</summary>
    /// <param name="options">The options; null for none.</param>
    /// <param name="cancellationToken">The other token.</param>
    /// <returns>The copy, and a source to dispose after the call if both tokens had to be joined.</returns>
    internal static Tuple<RpcOptions, CancellationTokenSource?> With(RpcOptions? options, CancellationToken? cancellationToken) =>
        (options ?? new()).WithAdditionalCancellationToken(cancellationToken);

    /// <summary>Copies the options with another token added to their own.</summary>
    /// <param name="cancellationToken">The other token.</param>
    /// <returns>The copy, and a source to dispose after the call if both tokens had to be joined.</returns>
    protected Tuple<RpcOptions, CancellationTokenSource?> WithAdditionalCancellationToken(CancellationToken? cancellationToken)
    {
        var copy = (RpcOptions)Clone();
        CancellationTokenSource? source = null;
        if (cancellationToken is { } other)
        {
            if (CancellationToken is { } own)
            {
                source = CancellationTokenSource.CreateLinkedTokenSource(own, other);
                copy.CancellationToken = source.Token;
            }
            else
            {
                copy.CancellationToken = other;
            }
        }

        return Tuple.Create(copy, source);
    }
}
