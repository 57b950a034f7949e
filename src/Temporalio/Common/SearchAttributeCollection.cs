using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Temporalio.Api.Common.V1;

namespace Temporalio.Common;

/// <summary>Search attributes of a workflow: an immutable map from keys to values.</summary>
#pragma warning disable CA1710 // The name is the official SDK's.
public class SearchAttributeCollection : IReadOnlyCollection<SearchAttributeKey>
#pragma warning restore CA1710
{
    /// <summary>No attributes.</summary>
    public static readonly SearchAttributeCollection Empty = new([]);

    private readonly Dictionary<SearchAttributeKey, object> _values;

    private SearchAttributeCollection(Dictionary<SearchAttributeKey, object> values) => _values = values;

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <summary>All values by key.</summary>
    public IReadOnlyDictionary<SearchAttributeKey, object> UntypedValues => _values;

    /// <summary>Reads the wire form; attributes without value or of unknown type are left out.</summary>
    /// <param name="searchAttributes">The wire form.</param>
    /// <returns>The collection.</returns>
    public static SearchAttributeCollection FromProto(SearchAttributes searchAttributes)
    {
        if (searchAttributes is null || searchAttributes.IndexedFields.Count == 0)
        {
            return Empty;
        }

        var values = new Dictionary<SearchAttributeKey, object>(searchAttributes.IndexedFields.Count);
        foreach (var (name, payload) in searchAttributes.IndexedFields)
        {
            if (SearchAttributePayload.Decode(name, payload) is var (key, value))
            {
                values[key] = value;
            }
        }

        return new(values);
    }

    /// <summary>Writes the wire form.</summary>
    /// <returns>The wire form.</returns>
    public SearchAttributes ToProto()
    {
        var proto = new SearchAttributes();
        foreach (var (key, value) in _values)
        {
            proto.IndexedFields[key.Name] = SearchAttributePayload.Encode(key, value);
        }

        return proto;
    }

    /// <summary>Whether there is an attribute of this name, whatever its type.</summary>
    /// <param name="key">The name.</param>
    /// <returns>True when present.</returns>
    public bool ContainsKey(string key) => _values.Keys.Any(k => k.Name == key);

    /// <summary>Whether there is an attribute of this name and type.</summary>
    /// <typeparam name="T">.NET type of its values.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns>True when present.</returns>
    public bool ContainsKey<T>(SearchAttributeKey<T> key)
        where T : notnull => _values.ContainsKey(key);

    /// <summary>Value of an attribute.</summary>
    /// <typeparam name="T">.NET type of its values.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns>The value.</returns>
    /// <exception cref="KeyNotFoundException">There is no such attribute.</exception>
#pragma warning disable CA1716 // The name is the official SDK's.
    public T Get<T>(SearchAttributeKey<T> key)
        where T : notnull => TryGetValue(key, out var value)
            ? value
            : throw new KeyNotFoundException($"No search attribute '{key.Name}' of type {key.ValueType}.");
#pragma warning restore CA1716

    /// <summary>Value of an attribute, if present.</summary>
    /// <typeparam name="T">.NET type of its values.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>True when present.</returns>
    public bool TryGetValue<T>(SearchAttributeKey<T> key, [MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        var found = _values.TryGetValue(key, out var untyped);
        value = found ? (T)untyped! : default;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerator<SearchAttributeKey> GetEnumerator() => _values.Keys.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Collects attributes; a name has one value whatever its type.</summary>
    public class Builder
    {
        private readonly Dictionary<SearchAttributeKey, object> _values;

        /// <summary>Starts without attributes.</summary>
        public Builder() => _values = [];

        /// <summary>Starts with the attributes of a collection.</summary>
        /// <param name="searchAttributes">The collection.</param>
        public Builder(SearchAttributeCollection searchAttributes) => _values = new(searchAttributes._values);

        /// <summary>Sets an attribute.</summary>
        /// <typeparam name="T">.NET type of its values.</typeparam>
        /// <param name="key">The key.</param>
        /// <param name="value">The value.</param>
        /// <returns>This builder.</returns>
#pragma warning disable CA1716 // The name is the official SDK's.
        public Builder Set<T>(SearchAttributeKey<T> key, T value)
            where T : notnull
        {
            Unset(key.Name);
            _values[key] = value;
            return this;
        }

        /// <summary>Sets all attributes of a collection.</summary>
        /// <param name="searchAttributes">The collection.</param>
        /// <returns>This builder.</returns>
        public Builder Set(SearchAttributeCollection searchAttributes)
        {
            foreach (var (key, value) in searchAttributes._values)
            {
                Unset(key.Name);
                _values[key] = value;
            }

            return this;
        }
#pragma warning restore CA1716

        /// <summary>Removes an attribute.</summary>
        /// <param name="key">The key.</param>
        /// <returns>This builder.</returns>
        public Builder Unset(SearchAttributeKey key)
        {
            _values.Remove(key);
            return this;
        }

        /// <summary>Removes an attribute whatever its type.</summary>
        /// <param name="name">The name.</param>
        /// <returns>This builder.</returns>
        public Builder Unset(string name)
        {
            foreach (var key in _values.Keys.Where(k => k.Name == name).ToArray())
            {
                _values.Remove(key);
            }

            return this;
        }

        /// <summary>Makes the collection; the builder stays usable.</summary>
        /// <returns>The collection.</returns>
        public SearchAttributeCollection ToSearchAttributeCollection() => new(new(_values));
    }
}
