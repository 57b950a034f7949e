namespace Temporalio.Testing;

/// <summary>A server started for tests; disposing stops it.</summary>
internal interface ILocalServer : IAsyncDisposable
{
    /// <summary>Where it listens, as <c>host:port</c>.</summary>
    string Address { get; }

    /// <summary>Whether it was told the wanted search attributes at its start.</summary>
    bool KnowsSearchAttributes { get; }
}
