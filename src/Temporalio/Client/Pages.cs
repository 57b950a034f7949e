using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Temporalio.Client;

/// <summary>Sequences that the server gives page by page.</summary>
internal static class Pages
{
    /// <summary>Reads pages as the sequence is read.</summary>
    /// <typeparam name="T">Type of the items.</typeparam>
    /// <param name="options">Options of each call; the reader's token is added to their own.</param>
    /// <param name="read">Reads the page of a token (null for the first) and gives the next one's, null after the last.</param>
    /// <param name="limit">Most items to give; 0 for all.</param>
    /// <param name="cancellationToken">The reader's token.</param>
    /// <returns>The items.</returns>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        RpcOptions? options,
        Func<byte[]?, RpcOptions, Task<(IReadOnlyCollection<T> Items, byte[]? Next)>> read,
        int limit = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (rpc, joined) = RpcOptions.With(options, cancellationToken.CanBeCanceled ? cancellationToken : null);
        using (joined)
        {
            var left = limit > 0 ? limit : int.MaxValue;
            byte[]? token = null;
            do
            {
                (var items, token) = await read(token, rpc).ConfigureAwait(false);
                foreach (var item in items)
                {
                    yield return item;
                    if (--left == 0)
                    {
                        yield break;
                    }
                }
            }
            while (token is not null);
        }
    }

    /// <summary>A token as requests carry it.</summary>
    public static ByteString ToWire(byte[]? token) => token is null ? ByteString.Empty : ByteString.CopyFrom(token);

    /// <summary>A token of a response; null when it was the last page.</summary>
    public static byte[]? FromWire(ByteString token) => token.IsEmpty ? null : token.ToByteArray();
}
