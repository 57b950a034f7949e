using System.Security.Cryptography;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace Orchestrator.Integration.Tests.Sdk.Samples;

/// <summary>
/// Encrypts every payload with AES-256-GCM before it leaves the process, and says in its metadata with which key, so that keys can be rotated:
/// new payloads are made with the current key, old ones are read with the key they name. What the server, its page and its exports
/// show is ciphertext. See <c>docs/guides/payload-encryption.md</c>.
/// </summary>
public sealed class EncryptionCodec : IPayloadCodec
{
    private const string Encoding = "encoding";
    private const string KeyId = "encryption-key-id";
    private static readonly ByteString Encrypted = ByteString.CopyFromUtf8("binary/encrypted");

    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    private readonly IReadOnlyDictionary<string, byte[]> _keys;
    private readonly string _current;

    /// <summary>Creates a codec.</summary>
    /// <param name="keys">Keys of 32 bytes by id: the current one and all that older payloads were made with.</param>
    /// <param name="current">Id of the key for new payloads.</param>
    /// <exception cref="ArgumentException">A key has another length, or the current one is not there.</exception>
    public EncryptionCodec(IReadOnlyDictionary<string, byte[]> keys, string current)
    {
        if (keys.FirstOrDefault(k => k.Value.Length != 32) is { Key: not null } wrong)
        {
            throw new ArgumentException($"Key '{wrong.Key}': expected 32 bytes, seen {wrong.Value.Length}. Help: AES-256 needs a random key of 32 bytes.", nameof(keys));
        }

        _keys = keys;
        _current = keys.ContainsKey(current) ? current : throw new ArgumentException($"There is no key '{current}' among those given.", nameof(current));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads) =>
        Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads.Select(Encrypt)]);

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">A payload was changed, or was made with a key that is not there.</exception>
    public Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads) =>
        Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads.Select(Decrypt)]);

    // Layout of the data: nonce, ciphertext, tag. The key's id is authenticated with it.
    private Payload Encrypt(Payload payload)
    {
        var plain = payload.ToByteArray();
        var data = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = data.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[_current], TagBytes);
        aes.Encrypt(nonce, plain, data.AsSpan(NonceBytes, plain.Length), data.AsSpan(NonceBytes + plain.Length), System.Text.Encoding.UTF8.GetBytes(_current));
        return new Payload
        {
            Metadata = { [Encoding] = Encrypted, [KeyId] = ByteString.CopyFromUtf8(_current) },
            Data = UnsafeByteOperations.UnsafeWrap(data),
        };
    }

    private Payload Decrypt(Payload payload)
    {
        if (!payload.Metadata.TryGetValue(Encoding, out var encoding) || encoding != Encrypted)
        {
            return payload; // from before encryption was switched on
        }

        var id = payload.Metadata.TryGetValue(KeyId, out var named) ? named.ToStringUtf8() : "";
        if (!_keys.TryGetValue(id, out var key))
        {
            throw new CryptographicException($"A payload was encrypted with key '{id}', which is not among those given. Help: keep a key for as long as histories made with it are kept.");
        }

        var data = payload.Data.Span;
        if (data.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException($"A payload encrypted with key '{id}' is too short to be one: {data.Length} bytes.");
        }

        var plain = new byte[data.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(data[..NonceBytes], data[NonceBytes..^TagBytes], data[^TagBytes..], plain, System.Text.Encoding.UTF8.GetBytes(id));
        return Payload.Parser.ParseFrom(plain);
    }
}
