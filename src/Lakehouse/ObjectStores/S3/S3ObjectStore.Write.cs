using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;
using Lakehouse.Checksums;

namespace Lakehouse.ObjectStores.S3;

/// <summary>Writes. Each carries an id of its own, by which it is known again when its reply was lost, and the checksum of the content.</summary>
public sealed partial class S3ObjectStore
{
    private const string ChecksumKey = "x-amz-meta-lake-crc32c";
    private const string WriteKey = "x-amz-meta-lake-write";
    private const long LargestCopy = 5L << 30;

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        TryAsync($"Writing '{path}'", token => SendAsync(path, content, null, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var write = Guid.NewGuid().ToString("N");
        FailPoint.Hit("store.before-write");
        var isOurs = await TryAsync(
            $"Writing '{path}' unless it is there",
            async token =>
            {
                try
                {
                    await SendAsync(path, content, write, token).ConfigureAwait(false);
                    return true;
                }
                catch (AmazonS3Exception e) when (e.IsPreconditionFailed())
                {
                    // Lost to another, or to an earlier try of this very put whose reply was lost.
                    FailPoint.Hit("store.before-settle");
                    return await WriterAsync(path, token).ConfigureAwait(false) == write;
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (isOurs)
        {
            FailPoint.Hit("store.after-write");
        }

        return isOurs;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<StorageTier, string> TierClasses => _tiers;

    /// <inheritdoc/>
    public async Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        var source = await MetadataAsync(from, cancellationToken).ConfigureAwait(false);
        return source is not null && (from == to || await CopyAsync(from, to, source, null, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<bool> MoveToAsync(string path, StorageTier tier, CancellationToken cancellationToken = default)
    {
        var wanted = _tiers.GetValueOrDefault(tier)
            ?? throw new LakehouseException("store.tier", $"'{path}' cannot be moved to tier '{tier}': the lake's location names no class of storage for it. Help: add '{(tier == StorageTier.Warm ? "warm" : "cold")}_class' to it.");
        var source = await MetadataAsync(path, cancellationToken).ConfigureAwait(false);
        return source is not null
            && (source.StorageClass?.Value == wanted || await CopyAsync(path, path, source, S3StorageClass.FindValue(wanted), cancellationToken).ConfigureAwait(false));
    }

    private async Task<bool> CopyAsync(string from, string to, GetObjectMetadataResponse source, S3StorageClass? storageClass, CancellationToken cancellationToken)
    {
        if (source.ContentLength > LargestCopy)
        {
            await CopyInPartsAsync(from, to, source, storageClass, cancellationToken).ConfigureAwait(false);
            return true;
        }

        return await TryAsync(
            $"Copying '{from}' to '{to}'",
            async token =>
            {
                try
                {
                    var copied = await _client.CopyObjectAsync(
                        new CopyObjectRequest
                        {
                            SourceBucket = _options.Bucket,
                            SourceKey = KeyOf(from),
                            DestinationBucket = _options.Bucket,
                            DestinationKey = KeyOf(to),
                            StorageClass = storageClass,
                            ServerSideEncryptionMethod = Encryption,
                            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
                        },
                        token).ConfigureAwait(false);

                    // A copy may fail after its 200: what comes then is an error document.
                    return copied.ETag is null ? throw new BrokenAnswerException("the answer names no object") : true;
                }
                catch (AmazonS3Exception e) when (e.IsAbsent())
                {
                    return false;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private ServerSideEncryptionMethod? Encryption => _options.ServerSideEncryption is { } method ? new ServerSideEncryptionMethod(method) : null;

    private async Task<string> SendAsync(string path, ReadOnlyMemory<byte> content, string? onlyWrite, CancellationToken cancellationToken)
    {
        var checksum = Crc32C.Text(Crc32C.Append(0, content.Span));
        using var stream = MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);
        return await SendAsync(path, stream, checksum, onlyWrite, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> SendAsync(string path, Stream content, string checksum, string? onlyWrite, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = _options.Bucket,
            Key = KeyOf(path),
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = false,
            DisablePayloadSigning = IsSecure ? true : null, // The checksum guards the content, TLS the way.
            ChecksumAlgorithm = ChecksumAlgorithm.CRC32C,
            ChecksumCRC32C = checksum,
            ContentType = "application/octet-stream",
            ServerSideEncryptionMethod = Encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        };
        request.Metadata[ChecksumKey] = checksum;
        if (onlyWrite is not null)
        {
            request.IfNoneMatch = "*";
            request.Metadata[WriteKey] = onlyWrite;
        }

        return Tag((await _client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false)).ETag);
    }

    /// <summary>Id of the write that made what is there; null when nothing is, or something that was not written here.</summary>
    private async Task<string?> WriterAsync(string path, CancellationToken cancellationToken) =>
        (await MetadataAsync(path, cancellationToken).ConfigureAwait(false))?.Metadata[WriteKey];

    private bool IsSecure => _options.Endpoint?.Scheme != Uri.UriSchemeHttp;
}
