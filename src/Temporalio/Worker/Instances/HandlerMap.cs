using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Temporalio.Worker.Instances;

/// <summary>A dictionary of handlers that checks what is put in and tells when something was.</summary>
/// <typeparam name="T">Kind of definition.</typeparam>
internal sealed class HandlerMap<T>(IReadOnlyDictionary<string, T> initial, Action<string, T> check, Action<string>? added) : IDictionary<string, T>
    where T : class
{
    private readonly Dictionary<string, T> _items = new(initial, StringComparer.Ordinal);

    /// <inheritdoc/>
    public ICollection<string> Keys => _items.Keys;

    /// <inheritdoc/>
    public ICollection<T> Values => _items.Values;

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public T this[string key]
    {
        get => _items[key];
        set
        {
            check(key, value);
            _items[key] = value;
            added?.Invoke(key);
        }
    }

    /// <summary>The handler of a name, or null.</summary>
    public T? Find(string key) => _items.GetValueOrDefault(key);

    /// <inheritdoc/>
    public void Add(string key, T value)
    {
        check(key, value);
        _items.Add(key, value);
        added?.Invoke(key);
    }

    /// <inheritdoc/>
    public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

    /// <inheritdoc/>
    public void Clear() => _items.Clear();

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<string, T> item) => _items.TryGetValue(item.Key, out var found) && ReferenceEquals(found, item.Value);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _items.ContainsKey(key);

    /// <inheritdoc/>
    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, T>>)_items).CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    public bool Remove(string key) => _items.Remove(key);

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<string, T> item) => Contains(item) && _items.Remove(item.Key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _items.TryGetValue(key, out value);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
