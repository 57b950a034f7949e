using Temporalio.Api.Enums.V1;

namespace Temporalio.Common;

/// <summary>Name and type of a search attribute. Equal when both are equal; ordered by name.</summary>
public class SearchAttributeKey : IComparable<SearchAttributeKey>
{
    private protected SearchAttributeKey(string name, IndexedValueType valueType)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        ValueType = valueType;
    }

    /// <summary>Name as registered on the server.</summary>
    public string Name { get; }

    /// <summary>Type as registered on the server.</summary>
    public IndexedValueType ValueType { get; }

    /// <summary>Equality by name and type.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when equal.</returns>
    public static bool operator ==(SearchAttributeKey? left, SearchAttributeKey? right) => left?.Equals(right) ?? right is null;

    /// <summary>Inequality by name or type.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when not equal.</returns>
    public static bool operator !=(SearchAttributeKey? left, SearchAttributeKey? right) => !(left == right);

    /// <summary>Order by name.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether <paramref name="left"/> comes before.</returns>
    public static bool operator <(SearchAttributeKey? left, SearchAttributeKey? right) => Compare(left, right) < 0;

    /// <summary>Order by name.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether <paramref name="left"/> does not come after.</returns>
    public static bool operator <=(SearchAttributeKey? left, SearchAttributeKey? right) => Compare(left, right) <= 0;

    /// <summary>Order by name.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether <paramref name="left"/> comes after.</returns>
    public static bool operator >(SearchAttributeKey? left, SearchAttributeKey? right) => Compare(left, right) > 0;

    /// <summary>Order by name.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether <paramref name="left"/> does not come before.</returns>
    public static bool operator >=(SearchAttributeKey? left, SearchAttributeKey? right) => Compare(left, right) >= 0;

    /// <summary>Key of a true-or-false attribute.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<bool> CreateBool(string name) => new(name, IndexedValueType.Bool);

    /// <summary>Key of a point-in-time attribute.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<DateTimeOffset> CreateDateTimeOffset(string name) => new(name, IndexedValueType.Datetime);

    /// <summary>Key of a floating-point attribute.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<double> CreateDouble(string name) => new(name, IndexedValueType.Double);

    /// <summary>Key of an attribute compared as a whole.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<string> CreateKeyword(string name) => new(name, IndexedValueType.Keyword);

    /// <summary>Key of an attribute that is a set of keywords.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<IReadOnlyCollection<string>> CreateKeywordList(string name) => new(name, IndexedValueType.KeywordList);

    /// <summary>Key of a whole-number attribute.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<long> CreateLong(string name) => new(name, IndexedValueType.Int);

    /// <summary>Key of an attribute searched by its words.</summary>
    /// <param name="name">Name as registered on the server.</param>
    /// <returns>The key.</returns>
    public static SearchAttributeKey<string> CreateText(string name) => new(name, IndexedValueType.Text);

    /// <inheritdoc/>
    public int CompareTo(SearchAttributeKey? other) => Compare(this, other);

    /// <summary>Equality by name and type.</summary>
    /// <param name="other">The other key.</param>
    /// <returns>True when equal.</returns>
    public bool Equals(SearchAttributeKey? other) => other is not null && Name == other.Name && ValueType == other.ValueType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SearchAttributeKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, ValueType);

    private static int Compare(SearchAttributeKey? left, SearchAttributeKey? right)
    {
        var byName = string.CompareOrdinal(left?.Name, right?.Name);
        return byName != 0 ? byName : (left?.ValueType ?? 0).CompareTo(right?.ValueType ?? 0);
    }
}
