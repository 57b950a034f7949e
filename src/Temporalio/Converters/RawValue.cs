using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>A value left encoded.</summary>
/// <param name="Payload">The payload, after the codec.</param>
public record RawValue(Payload Payload) : IRawValue;
