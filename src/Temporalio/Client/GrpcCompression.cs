namespace Temporalio.Client;

/// <summary>How requests are compressed.</summary>
public abstract record GrpcCompression
{
    private protected GrpcCompression()
    {
    }

    /// <summary>With gzip; falls back to none when the server refuses it while connecting.</summary>
    public sealed record Gzip() : GrpcCompression;

    /// <summary>Not at all: less work, worth it on one machine.</summary>
    public sealed record None() : GrpcCompression;
}
