using System.Collections.Concurrent;
using System.Reflection;

namespace Temporalio.Converters;

/// <summary>Finds the transfer-type converter of a type once and remembers it.</summary>
internal static class TransferTypes
{
    private static readonly ConcurrentDictionary<Type, ITemporalTransferTypeConverter?> Known = new();

    /// <summary>The converter that the type's attribute names, or null.</summary>
    internal static ITemporalTransferTypeConverter? For(Type type) => Known.GetOrAdd(type, static type =>
    {
        var attribute = type.GetCustomAttribute<TemporalTransferTypeConverterAttribute>(inherit: false);
        if (attribute is null)
        {
            return null;
        }

        return Activator.CreateInstance(attribute.ConverterType) as ITemporalTransferTypeConverter
            ?? throw new ArgumentException(
                $"Converter '{attribute.ConverterType}' of type '{type}' does not implement {nameof(ITemporalTransferTypeConverter)}.");
    });
}
