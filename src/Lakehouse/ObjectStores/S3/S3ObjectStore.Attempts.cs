using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Lakehouse.ObjectStores.S3;

/// <summary>Trying again, and reading answers that may end early, stop or never begin.</summary>
public sealed partial class S3ObjectStore
{
    /// <summary>Tries until it succeeds, fails for good, or was tried often enough.</summary>
    private async Task<T> TryAsync<T>(string what, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var patience = new CancellationTokenSource(_options.Patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                return await attempt(either.Token).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (ObjectChangedException)
            {
                throw; // Not this request's affair: what the caller reads must begin anew.
            }
            catch (Exception e) when (tries < _options.MaxAttempts && S3Errors.IsTransient(e))
            {
                await PauseAsync(tries, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                throw S3Errors.Translate(e, what, ToString());
            }
        }
    }

    /// <summary>Full jitter: callers that failed together do not come back together.</summary>
    private Task PauseAsync(int tries, CancellationToken cancellationToken)
    {
        var longest = Math.Min(_options.LongestPause.TotalMilliseconds, _options.FirstPause.TotalMilliseconds * Math.Pow(2, tries - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * longest), _time, cancellationToken);
    }

    /// <summary>Gets an object or a range of it and lets it be read; both are tried again together. Null when there is no object.</summary>
    /// <param name="path">The object.</param>
    /// <param name="range">The range; null for all.</param>
    /// <param name="etag">Only this content; null for any. Another one raises <see cref="ObjectChangedException"/>.</param>
    /// <param name="read">Reads the answer; the token ends it when nothing comes any more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private Task<byte[]?> GetAsync(
        string path, ByteRange? range, string? etag, Func<GetObjectResponse, IdleTimer, Task<byte[]>> read, CancellationToken cancellationToken) => TryAsync<byte[]?>(
        $"Reading '{path}'",
        async token =>
        {
            using var idle = new IdleTimer(_options.Patience, _time, cancellationToken);
            try
            {
                using var response = await _client.GetObjectAsync(
                    new GetObjectRequest { BucketName = _options.Bucket, Key = KeyOf(path), ByteRange = range, EtagToMatch = etag }, idle.Token).ConfigureAwait(false);
                idle.Restart();
                return await read(response, idle).ConfigureAwait(false);
            }
            catch (AmazonS3Exception e) when (e.IsAbsent())
            {
                return null;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return [];
            }
            catch (AmazonS3Exception e) when (e.IsPreconditionFailed())
            {
                throw new ObjectChangedException();
            }
        },
        cancellationToken);

    /// <summary>Fills the buffer; an answer that ends before is an error, never a short result.</summary>
    private static async Task ReadExactlyAsync(GetObjectResponse response, Memory<byte> buffer, IdleTimer idle)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await response.ResponseStream.ReadAsync(buffer[filled..], idle.Token).ConfigureAwait(false);
            if (read == 0)
            {
                throw new BrokenAnswerException($"the answer ended after {filled} of {buffer.Length} bytes");
            }

            filled += read;
            idle.Restart();
        }
    }

    /// <summary>The object was replaced between two ranges.</summary>
    private sealed class ObjectChangedException : Exception;

    /// <summary>Ends a read when nothing has come for a while.</summary>
    private sealed class IdleTimer : IDisposable
    {
        private readonly TimeSpan _patience;
        private readonly CancellationTokenSource _idle;
        private readonly CancellationTokenSource _either;

        public IdleTimer(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            _patience = patience;
            _idle = new CancellationTokenSource(patience, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _idle.Token);
        }

        public CancellationToken Token => _either.Token;

        public void Restart() => _idle.CancelAfter(_patience);

        public void Dispose()
        {
            _either.Dispose();
            _idle.Dispose();
        }
    }
}
