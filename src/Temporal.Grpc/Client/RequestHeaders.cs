using System.Net.Http.Headers;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Client;

/// <summary>Puts a call's metadata on its request.</summary>
internal static class RequestHeaders
{
    /// <exception cref="ArgumentException">A name or value cannot be a header.</exception>
    public static void Add(HttpRequestHeaders headers, GrpcCallOptions options)
    {
        if (options.Headers is { } texts)
        {
            foreach (var (name, value) in texts)
            {
                if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                {
                    throw new ArgumentException(
                        $"The value of the header '{name}' has characters outside printable ASCII. Help: send it as a binary header, '{name}{GrpcHeaders.BinarySuffix}'.",
                        nameof(options));
                }

                Add(headers, name, value);
            }
        }

        if (options.BinaryHeaders is { } binaries)
        {
            foreach (var (name, value) in binaries)
            {
                if (!name.EndsWith(GrpcHeaders.BinarySuffix, StringComparison.OrdinalIgnoreCase))
                {
                    throw new ArgumentException($"The binary header '{name}' must have a name that ends in '{GrpcHeaders.BinarySuffix}'.", nameof(options));
                }

                Add(headers, name, BinaryHeader.Encode(value));
            }
        }
    }

    private static void Add(HttpRequestHeaders headers, string name, string value)
    {
        if (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) || !headers.TryAddWithoutValidation(name, value))
        {
            throw new ArgumentException($"'{name}' cannot be a header of a call: it is reserved or no valid name.", nameof(name));
        }
    }
}
