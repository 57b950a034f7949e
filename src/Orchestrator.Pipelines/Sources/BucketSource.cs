using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lakehouse;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Pipelines.Sources;

/// <summary>Objects of a bucket, by <c>s3://bucket/key</c>.</summary>
internal sealed class BucketSource(SourceSpec source) : SourceFiles
{
    /// <summary>What is larger is read through a file beside the process instead of its memory.</summary>
    private const long MostInMemory = 64L << 20;

    /// <summary>Stores are kept: each has connections. One for each bucket and each secret, so that a changed secret counts.</summary>
    private static readonly ConcurrentDictionary<(S3StoreOptions Options, string? Secret), Lazy<S3ObjectStore>> Stores = new();

    private readonly string _root = $"s3://{source.Path.Bucket!.Bucket}/";

    /// <inheritdoc/>
    public override async IAsyncEnumerable<FoundFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = source.Path;
        var folder = path.Folder.Length < _root.Length ? "" : path.Folder[_root.Length..] + "/";
        await foreach (var entry in Store().EnumerateAsync(folder, null, cancellationToken).ConfigureAwait(false))
        {
            // A key that ends in a slash is how some tools draw a folder.
            if (!entry.Path.EndsWith('/') && entry.Path.AsSpan(folder.Length).Count('/') <= path.Folders + 1)
            {
                yield return Found(entry);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<FoundFile?> FindAsync(string uri, CancellationToken cancellationToken) =>
        await Store().HeadAsync(KeyOf(uri), cancellationToken).ConfigureAwait(false) is { } entry ? Found(entry) : null;

    /// <inheritdoc/>
    public override async Task<Stream> OpenAsync(string uri, long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= MostInMemory)
        {
            return await Store().ReadAsync(KeyOf(uri), cancellationToken).ConfigureAwait(false) is { } content ? new MemoryStream(content, writable: false) : throw Gone(uri);
        }

        var copy = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.source");
        try
        {
            return await Store().DownloadAsync(KeyOf(uri), copy, cancellationToken).ConfigureAwait(false) is not null
                ? new FileStream(copy, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose)
                : throw Gone(uri);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    private FoundFile Found(ObjectSummary entry) => new(_root + entry.Path, entry.Bytes, entry.ModifiedAt, entry.ETag);

    private string KeyOf(string uri) => uri.StartsWith(_root, StringComparison.Ordinal) && uri.Length > _root.Length ? uri[_root.Length..] : throw Gone(uri);

    private FileNotFoundException Gone(string uri) => new($"Source '{source.Name}' has no object '{uri}': it was deleted, or the source reads another bucket than '{_root}' now.", uri);

    private S3ObjectStore Store()
    {
        var (options, secret) = (source.Path.Bucket!, source.Credentials is { } reference ? SecretOf(reference) : null);
        return Stores.GetOrAdd((options, secret), key => new Lazy<S3ObjectStore>(() => key.Secret is null ? new S3ObjectStore(key.Options) : new S3ObjectStore(key.Options, key.Secret))).Value;
    }

    private string SecretOf(SecretReference reference)
    {
        try
        {
            return new SecretStore(Environment.GetEnvironmentVariable(SecretStore.Variable)).Find(reference);
        }
        catch (InvalidOperationException e)
        {
            throw new LakehouseException("store.credentials", $"Source '{source.Name}': {e.Message}", inner: e);
        }
    }
}
