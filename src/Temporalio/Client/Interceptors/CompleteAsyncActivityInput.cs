using Temporalio.Converters;

namespace Temporalio.Client.Interceptors;

/// <summary>A completion of an activity from outside its worker.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Result">The result.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
/// <param name="DataConverterOverride">Converter to use instead of the client's; null for the client's.</param>
public record CompleteAsyncActivityInput(
    AsyncActivityHandle.Reference Activity,
    object? Result,
    AsyncActivityCompleteOptions? Options,
    DataConverter? DataConverterOverride = null);
