using System.Runtime.InteropServices;

namespace Temporalio.Client;

/// <summary>Marks objects that own a connection. The native handle of the official package does not exist in this managed one.</summary>
public interface IBridgeClientProvider
{
    /// <summary>Always null: there is no native client.</summary>
    SafeHandle? BridgeClient { get; }
}
