using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>A value left encoded: given to the SDK its payload is sent as is, asked for as a parameter it receives the payload as is.</summary>
public interface IRawValue
{
    /// <summary>The payload, after the codec.</summary>
    Payload Payload { get; }
}
