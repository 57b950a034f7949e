using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>One change of a workflow's search attributes.</summary>
public abstract class SearchAttributeUpdate
{
    private protected SearchAttributeUpdate(bool hasValue) => HasValue = hasValue;

    /// <summary>True to set the attribute, false to remove it.</summary>
    public bool HasValue { get; }

    /// <summary>The attribute.</summary>
    public abstract SearchAttributeKey UntypedKey { get; }

    /// <summary>The new value.</summary>
    /// <exception cref="InvalidOperationException">The update removes the attribute.</exception>
    public abstract object UntypedValue { get; }

    /// <summary>An update that sets an attribute.</summary>
    /// <typeparam name="T">.NET type of its values.</typeparam>
    /// <param name="key">The attribute.</param>
    /// <param name="value">The value.</param>
    /// <returns>The update.</returns>
    public static SearchAttributeUpdate<T> ValueSet<T>(SearchAttributeKey<T> key, T value)
        where T : notnull => new(key, value, true);

    /// <summary>An update that removes an attribute.</summary>
    /// <typeparam name="T">.NET type of its values.</typeparam>
    /// <param name="key">The attribute.</param>
    /// <returns>The update.</returns>
    public static SearchAttributeUpdate<T> ValueUnset<T>(SearchAttributeKey<T> key)
        where T : notnull => new(key, default, false);

    /// <summary>The payload of an upsert: the value, or null to remove it.</summary>
    internal Api.Common.V1.Payload ToPayload() => SearchAttributePayload.Encode(UntypedKey, HasValue ? UntypedValue : null);
}
