using System.Buffers;
using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Lakehouse.Checksums;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.ObjectStores.S3;

/// <summary>Whole files: up in parts that are aborted when one fails, down in ranges of one content.</summary>
public sealed partial class S3ObjectStore
{
    private const int MaxParts = 10_000;
    private const int ReadSize = 256 << 10;

    /// <inheritdoc/>
    public async Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        var length = new FileInfo(file).Length;
        var size = Math.Max(_options.PartBytes, (length + MaxParts - 1) / MaxParts);
        var checksums = await Crc32C.OfPartsAsync(file, length, size, cancellationToken).ConfigureAwait(false);
        var checksum = Crc32C.Text(Crc32C.OfWhole(checksums, length, size));
        if (checksums.Length > 1)
        {
            return await UploadInPartsAsync(path, file, length, size, checksum, checksums, cancellationToken).ConfigureAwait(false);
        }

        return await TryAsync(
            $"Uploading '{path}'",
            async token =>
            {
                var content = OpenRead(file);
                await using (content.ConfigureAwait(false))
                {
                    return await SendAsync(path, content, checksum, null, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        var temporary = $"{file}.tmp-{Guid.NewGuid():N}";
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    var summary = await DownloadOnceAsync(path, temporary, cancellationToken).ConfigureAwait(false);
                    if (summary is not null)
                    {
                        File.Move(temporary, file, overwrite: true);
                    }

                    return summary;
                }
                catch (Exception e) when (e is ObjectChangedException or BrokenAnswerException)
                {
                    if (tries == _options.MaxAttempts)
                    {
                        throw new LakehouseException("store.unavailable", $"Downloading '{path}' from '{this}' failed {tries} times: its content changed or arrived damaged. Help: try again later.", isTransient: true, e);
                    }

                    await PauseAsync(tries, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Asking first says how long the object is and which content it has; all ranges must be of the same.</summary>
    private async Task<ObjectSummary?> DownloadOnceAsync(string path, string file, CancellationToken cancellationToken)
    {
        if (await MetadataAsync(path, cancellationToken).ConfigureAwait(false) is not { } head)
        {
            return null;
        }

        using var output = File.OpenHandle(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous);
        var (length, etag, checksum) = (head.ContentLength, Tag(head.ETag), head.Metadata[ChecksumKey]);
        var checksums = new uint[Math.Max(1, (length + _options.PartBytes - 1) / _options.PartBytes)];
        await Parallel.ForAsync(0, length == 0 ? 0 : checksums.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.PartsAtOnce, CancellationToken = cancellationToken }, async (part, token) =>
        {
            var offset = (long)part * _options.PartBytes;
            var count = Math.Min(_options.PartBytes, length - offset);
            _ = await GetAsync(path, new ByteRange(offset, offset + count - 1), etag, async (response, idle) =>
            {
                checksums[part] = await WriteAsync(response, output, offset, count, idle).ConfigureAwait(false);
                return [];
            }, token).ConfigureAwait(false) ?? throw new ObjectChangedException();
        }).ConfigureAwait(false);
        if (checksum is not null && checksum != Crc32C.Text(Crc32C.OfWhole(checksums, length, _options.PartBytes)))
        {
            throw new BrokenAnswerException($"'{path}' arrived with another checksum than it was written with");
        }

        return new ObjectSummary(path, length, Utc(head.LastModified), etag);
    }

    /// <summary>Writes an answer to its place in a file; returns its checksum.</summary>
    private static async Task<uint> WriteAsync(GetObjectResponse response, SafeFileHandle output, long offset, long count, IdleTimer idle)
    {
        if (response.ContentLength != count)
        {
            throw new BrokenAnswerException($"the answer has {response.ContentLength} bytes: expected {count}");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        var crc = 0u;
        try
        {
            for (var end = offset + count; offset < end;)
            {
                var some = buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - offset));
                await ReadExactlyAsync(response, some, idle).ConfigureAwait(false);
                crc = Crc32C.Append(crc, some.Span);
                RandomAccess.Write(output, some.Span, offset); // Into the system's memory: an asynchronous write would be a detour over another thread.
                offset += some.Length;
            }

            return crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task<string> UploadInPartsAsync(string path, string file, long length, long size, string checksum, uint[] checksums, CancellationToken cancellationToken) =>
        InPartsAsync(path, checksum, length, size, null, async (uploadId, part, offset, count, token) =>
        {
            var crc = Crc32C.Text(checksums[part - 1]);
            var sent = await TryAsync(
                $"Uploading part {part} of '{path}'",
                async attempt =>
                {
                    var content = OpenRead(file);
                    await using (content.ConfigureAwait(false))
                    {
                        content.Position = offset;
                        return await _client.UploadPartAsync(
                            new UploadPartRequest
                            {
                                BucketName = _options.Bucket,
                                Key = KeyOf(path),
                                UploadId = uploadId,
                                PartNumber = part,
                                PartSize = count,
                                InputStream = content,
                                UseChunkEncoding = false,
                                DisablePayloadSigning = IsSecure ? true : null,
                                ChecksumAlgorithm = ChecksumAlgorithm.CRC32C,
                                ChecksumCRC32C = crc,
                            },
                            attempt).ConfigureAwait(false);
                    }
                },
                token).ConfigureAwait(false);
            return new PartETag(part, sent.ETag) { ChecksumCRC32C = crc };
        }, cancellationToken);

    private Task<string> CopyInPartsAsync(string from, string to, GetObjectMetadataResponse source, S3StorageClass? storageClass, CancellationToken cancellationToken)
    {
        var size = Math.Max(LargestCopy / 10, (source.ContentLength + MaxParts - 1) / MaxParts);
        return InPartsAsync(to, source.Metadata[ChecksumKey], source.ContentLength, size, storageClass, async (uploadId, part, offset, count, token) =>
        {
            var copied = await TryAsync(
                $"Copying part {part} of '{from}' to '{to}'",
                attempt => _client.CopyPartAsync(
                    new CopyPartRequest
                    {
                        SourceBucket = _options.Bucket,
                        SourceKey = KeyOf(from),
                        DestinationBucket = _options.Bucket,
                        DestinationKey = KeyOf(to),
                        UploadId = uploadId,
                        PartNumber = part,
                        FirstByte = offset,
                        LastByte = offset + count - 1,
                        ETagToMatch = [source.ETag],
                    },
                    attempt),
                token).ConfigureAwait(false);
            return new PartETag(part, copied.ETag);
        }, cancellationToken);
    }

    /// <summary>Begins an upload, sends its parts, completes it; whatever goes wrong, no parts are left behind.</summary>
    private async Task<string> InPartsAsync(
        string path, string? checksum, long length, long size, S3StorageClass? storageClass, Func<string, int, long, long, CancellationToken, Task<PartETag>> send, CancellationToken cancellationToken)
    {
        var write = Guid.NewGuid().ToString("N");
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = _options.Bucket,
            Key = KeyOf(path),
            ContentType = "application/octet-stream",
            StorageClass = storageClass,
            ServerSideEncryptionMethod = Encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
            ChecksumAlgorithm = ChecksumAlgorithm.CRC32C,
        };
        begin.Metadata[WriteKey] = write;
        if (checksum is not null)
        {
            begin.Metadata[ChecksumKey] = checksum;
        }

        var upload = await TryAsync($"Beginning the upload of '{path}'", token => _client.InitiateMultipartUploadAsync(begin, token), cancellationToken).ConfigureAwait(false);
        try
        {
            var parts = new PartETag[(int)((length + size - 1) / size)];
            await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.PartsAtOnce, CancellationToken = cancellationToken }, async (i, token) =>
                parts[i] = await send(upload.UploadId, i + 1, i * size, Math.Min(size, length - (i * size)), token).ConfigureAwait(false)).ConfigureAwait(false);
            return await CompleteAsync(path, upload.UploadId, parts, write, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await AbortAsync(KeyOf(path), upload.UploadId, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private Task<string> CompleteAsync(string path, string uploadId, PartETag[] parts, string write, CancellationToken cancellationToken) => TryAsync(
        $"Completing the upload of '{path}'",
        async token =>
        {
            try
            {
                var request = new CompleteMultipartUploadRequest { BucketName = _options.Bucket, Key = KeyOf(path), UploadId = uploadId, PartETags = [.. parts] };
                var completed = await _client.CompleteMultipartUploadAsync(request, token).ConfigureAwait(false);

                // A completion may fail after its 200: what comes then is an error document.
                return completed.ETag is null ? throw new BrokenAnswerException("the answer names no object") : Tag(completed.ETag);
            }
            catch (AmazonS3Exception e) when (e.IsNoUpload())
            {
                // An earlier try may have completed it without our hearing of it.
                if (await MetadataAsync(path, token).ConfigureAwait(false) is { } head && head.Metadata[WriteKey] == write)
                {
                    return Tag(head.ETag);
                }

                throw;
            }
        },
        cancellationToken);

    /// <summary>Parts that stay behind when even this fails are the sweep's.</summary>
    private async Task AbortAsync(string key, string uploadId, CancellationToken cancellationToken)
    {
        try
        {
            await TryAsync(
                "Aborting an upload",
                token => _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _options.Bucket, Key = key, UploadId = uploadId }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (LakehouseException)
        {
            // The failure that led here is the one to tell.
            return;
        }
    }

    private static FileStream OpenRead(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, ReadSize, FileOptions.Asynchronous);
}
