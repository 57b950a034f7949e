using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>How many custom search attributes of each type a namespace may have: as many as a real dev server.</summary>
internal static class SearchAttributeLimits
{
    /// <summary>The type that the name has afterwards.</summary>
    public static IndexedValueType Check(IDictionary<string, int> known, string name, IndexedValueType type)
    {
        var limit = type switch
        {
            IndexedValueType.Keyword => 10,
            IndexedValueType.Text or IndexedValueType.Int or IndexedValueType.Double or IndexedValueType.Bool or IndexedValueType.Datetime or
                IndexedValueType.KeywordList => 3,
            _ => 0,
        };
        if (known.TryGetValue(name, out var existing))
        {
            return (IndexedValueType)existing; // once added, a name keeps its type
        }

        if (known.Values.Count(t => t == (int)type) >= limit)
        {
            throw ServiceErrors.InvalidArgument($"Unable to create search attributes: cannot have more than {limit} search attribute of type {type}.");
        }

        return type;
    }
}
