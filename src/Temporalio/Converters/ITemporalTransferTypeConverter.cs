namespace Temporalio.Converters;

/// <summary>Converts a type to and from another one that is easier to serialize; named by <see cref="TemporalTransferTypeConverterAttribute"/>.</summary>
public interface ITemporalTransferTypeConverter
{
    /// <summary>The type that is serialized instead.</summary>
    Type TransferType { get; }

    /// <summary>Converts a value before it is encoded.</summary>
    /// <param name="value">The value.</param>
    /// <returns>A value of <see cref="TransferType"/>.</returns>
    object? ToTransferType(object? value);

    /// <summary>Converts a value after it was decoded.</summary>
    /// <param name="transferType">A value of <see cref="TransferType"/>.</param>
    /// <returns>The value.</returns>
    object? FromTransferType(object? transferType);
}
