using Temporalio.Api.Common.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Checks of callbacks. Like a real server without further settings this one takes those to a server itself, and no others.</summary>
internal static class CompletionCallbacks
{
    private static readonly string[] Allowed = ["temporal://system", "temporal://internal"];

    public static void Check(IEnumerable<Callback> callbacks)
    {
        foreach (var callback in callbacks)
        {
            if (callback.VariantCase == Callback.VariantOneofCase.Internal)
            {
                continue;
            }

            if (callback.Nexus is not { } nexus)
            {
                throw ServiceErrors.Unimplemented("unknown callback variant: <nil>");
            }

            CheckUrl(nexus.Url);
        }
    }

    private static void CheckUrl(string url)
    {
        if (Allowed.Contains(url))
        {
            return;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
        {
            throw ServiceErrors.InvalidArgument($"invalid url: unknown scheme: {Uri.EscapeDataString(url)}");
        }

        throw ServiceErrors.InvalidArgument(parsed.Host.Length == 0
            ? "invalid url: missing host"
            : $"invalid url: url does not match any configured callback address: {url}");
    }
}
