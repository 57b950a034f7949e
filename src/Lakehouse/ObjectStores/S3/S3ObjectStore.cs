using System.Collections.Frozen;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Lakehouse.Checksums;

namespace Lakehouse.ObjectStores.S3;

/// <summary>
/// A bucket, or a prefix of one, as an object store. Requests are tried again with full jitter; a conditional put whose reply was lost is settled by reading
/// back who wrote what is there; larger objects travel in parallel parts; contents carry a CRC-32C that is checked where they are written and read.
/// </summary>
public sealed partial class S3ObjectStore : IObjectStore, IDisposable
{
    private const int DeletesAtOnce = 1000;
    private readonly AmazonS3Client _client;
    private readonly S3StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<StorageTier, string> _tiers;

    /// <summary>Opens the store; nothing is asked of the service yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">Clock of the pauses. Default: the system's.</param>
    /// <exception cref="LakehouseException"><c>store.credentials</c>: the reference leads to none.</exception>
    public S3ObjectStore(S3StoreOptions options, TimeProvider? time = null)
        : this(options, S3Credentials.Resolve(options.Credentials), time, null)
    {
    }

    /// <summary>Opens the store with a secret that somebody else keeps; nothing is asked of the service yet.</summary>
    /// <param name="options">Where and how; its reference to credentials is not followed.</param>
    /// <param name="secret">The credentials, as <see cref="S3Credentials.Parse"/> reads them.</param>
    /// <exception cref="LakehouseException"><c>store.credentials</c>: the secret is none.</exception>
    public S3ObjectStore(S3StoreOptions options, string secret)
        : this(options, S3Credentials.Parse(secret), null, null)
    {
    }

    internal S3ObjectStore(S3StoreOptions options, AWSCredentials? credentials, TimeProvider? time, SocketsHttpHandler? handler)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PartBytes, 5 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PartsAtOnce, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1);
        _options = options with { Prefix = options.Prefix.Length == 0 ? "" : ObjectPath.CheckedFolder(options.Prefix) };
        _time = time ?? TimeProvider.System;
        _tiers = new[] { (Tier: StorageTier.Warm, Class: options.WarmClass), (Tier: StorageTier.Cold, Class: options.ColdClass) }.Where(t => t.Class is not null).ToFrozenDictionary(t => t.Tier, t => t.Class!);
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            AuthenticationRegion = options.Region,
            Timeout = options.Patience,
            BufferSize = ReadSize, // How much of a content is sent in one go: the default of 8 KiB costs a call of the system for each.
            MaxErrorRetry = 0, // Tries are counted here, where the outcome of each is known.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new ClientFactory(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 64, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }),
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.GetLeftPart(UriPartial.Authority);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config);
    }

    /// <summary>The store's location, without anything secret.</summary>
    public override string ToString() => $"s3://{_options.Bucket}/{_options.Prefix}".TrimEnd('/');

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        GetAsync(path, null, null, async (response, idle) =>
        {
            var bytes = new byte[response.ContentLength];
            await ReadExactlyAsync(response, bytes, idle).ConfigureAwait(false);
            return response.Metadata[ChecksumKey] is { } expected && expected != Crc32C.Text(Crc32C.Append(0, bytes))
                ? throw new BrokenAnswerException($"'{path}' arrived with another checksum than it was written with")
                : bytes;
        }, cancellationToken);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadRangeAsync(string path, long offset, long count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0)
        {
            return await HeadAsync(path, cancellationToken).ConfigureAwait(false) is null ? null : [];
        }

        return await GetAsync(path, new ByteRange(offset, offset + count - 1), null, async (response, idle) =>
        {
            var bytes = new byte[response.ContentLength];
            await ReadExactlyAsync(response, bytes, idle).ConfigureAwait(false);
            return bytes;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default) =>
        await MetadataAsync(path, cancellationToken).ConfigureAwait(false) is { } head
            ? new ObjectSummary(path, head.ContentLength, Utc(head.LastModified), Tag(head.ETag), ClassOf(head.StorageClass?.Value))
            : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectSummary> EnumerateAsync(
        string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectPath.CheckedPrefix(prefix);
        await foreach (var page in PagesAsync(_options.Prefix + prefix, startAfter is null ? null : _options.Prefix + startAfter, null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page.S3Objects ?? [])
            {
                yield return new ObjectSummary(Decoded(item.Key)[_options.Prefix.Length..], item.Size ?? 0, Utc(item.LastModified), Tag(item.ETag), ClassOf(item.StorageClass?.Value));
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken = default)
    {
        var prefix = _options.Prefix + ObjectPath.CheckedPrefix(folder);
        var folders = new List<string>();
        await foreach (var page in PagesAsync(prefix, null, "/", cancellationToken).ConfigureAwait(false))
        {
            folders.AddRange((page.CommonPrefixes ?? []).Select(p => Decoded(p)[prefix.Length..^1]));
        }

        // A prefix is ordered with its slash, a name without.
        return [.. folders.Order(ObjectPath.Comparer)];
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => TryAsync(
        $"Deleting '{path}'",
        token => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = KeyOf(path) }, token),
        cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var batch in paths.Select(p => new KeyVersion { Key = KeyOf(p) }).Chunk(DeletesAtOnce))
        {
            await TryAsync(
                $"Deleting {batch.Length} objects",
                async token =>
                {
                    try
                    {
                        return await _client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = _options.Bucket, Objects = [.. batch], Quiet = true }, token).ConfigureAwait(false);
                    }
                    catch (DeleteObjectsException e)
                    {
                        var first = e.Response.DeleteErrors[0];
                        throw new AmazonS3Exception(first.Message, ErrorType.Unknown, first.Code, e.Response.ResponseMetadata?.RequestId, first.Code is "InternalError" or "SlowDown" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.Forbidden);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task DeleteFolderAsync(string folder, CancellationToken cancellationToken = default) => this.DeleteListedAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> SweepAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default)
    {
        var swept = 0;
        var request = new ListMultipartUploadsRequest { BucketName = _options.Bucket, Prefix = _options.Prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await TryAsync("Listing uploads", token => _client.ListMultipartUploadsAsync(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var upload in (page.MultipartUploads ?? []).Where(u => Utc(u.Initiated) < begunBefore))
            {
                await AbortAsync(upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
                swept++;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);

        return swept;
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string prefix, string? startAfter, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix, StartAfter = startAfter, Delimiter = delimiter, Encoding = EncodingType.Url };
        ListObjectsV2Response page;
        do
        {
            page = await TryAsync($"Listing '{prefix}'", token => _client.ListObjectsV2Async(request, token), cancellationToken).ConfigureAwait(false);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    private Task<GetObjectMetadataResponse?> MetadataAsync(string path, CancellationToken cancellationToken) => TryAsync<GetObjectMetadataResponse?>(
        $"Asking for '{path}'",
        async token =>
        {
            try
            {
                return await _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = KeyOf(path) }, token).ConfigureAwait(false);
            }
            catch (AmazonS3Exception e) when (e.IsAbsent())
            {
                return null;
            }
        },
        cancellationToken);

    private string KeyOf(string path) => _options.Prefix + ObjectPath.Checked(path);

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string? ClassOf(string? name) => name is null or "" or "STANDARD" ? null : name;

    private static string Tag(string? etag) => (etag ?? "").Trim('"');

    private static DateTimeOffset Utc(DateTime? time) => time is { } t ? new DateTimeOffset(t.ToUniversalTime()) : DateTimeOffset.UnixEpoch;

    /// <summary>One pool of connections for the life of the store.</summary>
    private sealed class ClientFactory(SocketsHttpHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
