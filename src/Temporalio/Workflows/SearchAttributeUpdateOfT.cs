using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>One change of a workflow's search attributes.</summary>
/// <typeparam name="T">.NET type of the attribute's values.</typeparam>
public class SearchAttributeUpdate<T> : SearchAttributeUpdate
    where T : notnull
{
    private readonly T? _value;

    internal SearchAttributeUpdate(SearchAttributeKey<T> key, T? value, bool hasValue)
        : base(hasValue)
    {
        Key = key;
        _value = value;
    }

    /// <summary>The attribute.</summary>
    public SearchAttributeKey<T> Key { get; }

    /// <summary>The new value.</summary>
    /// <exception cref="InvalidOperationException">The update removes the attribute.</exception>
    public T Value => HasValue ? _value! : throw new InvalidOperationException($"The update removes search attribute '{Key.Name}': it has no value.");

    /// <inheritdoc/>
    public override SearchAttributeKey UntypedKey => Key;

    /// <inheritdoc/>
    public override object UntypedValue => Value;
}
