namespace Temporalio.Workflows;

/// <summary>One change of the memo: a value set or a key removed.</summary>
public class MemoUpdate
{
    private readonly object? _value;

    private MemoUpdate(string key, object? value, bool hasValue)
    {
        UntypedKey = key;
        _value = value;
        HasValue = hasValue;
    }

    /// <summary>Whether a value is set.</summary>
    public bool HasValue { get; }

    /// <summary>Key of the memo.</summary>
    public string UntypedKey { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The change removes the key.</exception>
    public object UntypedValue => HasValue ? _value! : throw new InvalidOperationException($"The memo update of '{UntypedKey}' has no value: it removes the key.");

    /// <summary>Sets a value.</summary>
    /// <param name="key">Key.</param>
    /// <param name="value">Value, converted by the workflow's payload converter.</param>
    /// <returns>The change.</returns>
    public static MemoUpdate ValueSet(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(key, value, true);
    }

    /// <summary>Removes a key.</summary>
    /// <param name="key">Key.</param>
    /// <returns>The change.</returns>
    public static MemoUpdate ValueUnset(string key) => new(key, null, false);
}
