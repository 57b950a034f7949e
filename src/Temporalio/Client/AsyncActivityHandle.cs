using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>An activity that someone outside its worker heartbeats and completes.</summary>
/// <param name="Client">The client.</param>
/// <param name="Activity">Which activity.</param>
public record AsyncActivityHandle(ITemporalClient Client, AsyncActivityHandle.Reference Activity) : IWithSerializationContext<AsyncActivityHandle>
{
    /// <summary>Converter to use instead of the client's. Default: null.</summary>
    public DataConverter? DataConverterOverride { get; init; }

    /// <summary>Records a heartbeat.</summary>
    /// <param name="options">Options, the details among them.</param>
    /// <returns>When recorded.</returns>
    /// <exception cref="Exceptions.AsyncActivityCanceledException">The activity was asked to cancel, was paused or was reset.</exception>
    public Task HeartbeatAsync(AsyncActivityHeartbeatOptions? options = null) =>
        Client.OutboundInterceptor.HeartbeatAsyncActivityAsync(new(Activity, options, DataConverterOverride));

    /// <summary>Completes the activity.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="options">Options.</param>
    /// <returns>When completed.</returns>
    public Task CompleteAsync(object? result = null, AsyncActivityCompleteOptions? options = null) =>
        Client.OutboundInterceptor.CompleteAsyncActivityAsync(new(Activity, result, options, DataConverterOverride));

    /// <summary>Fails the activity.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="options">Options.</param>
    /// <returns>When failed.</returns>
    public Task FailAsync(Exception exception, AsyncActivityFailOptions? options = null) =>
        Client.OutboundInterceptor.FailAsyncActivityAsync(new(Activity, exception, options, DataConverterOverride));

    /// <summary>Confirms that the activity is cancelled. Only allowed after it was asked to.</summary>
    /// <param name="options">Options.</param>
    /// <returns>When confirmed.</returns>
    public Task ReportCancellationAsync(AsyncActivityReportCancellationOptions? options = null) =>
        Client.OutboundInterceptor.ReportCancellationAsyncActivityAsync(new(Activity, options, DataConverterOverride));

    /// <inheritdoc/>
    public AsyncActivityHandle WithSerializationContext(ISerializationContext context) =>
        this with { DataConverterOverride = (DataConverterOverride ?? Client.Options.DataConverter).WithSerializationContext(context) };

    /// <summary>Which activity.</summary>
    public abstract record Reference
    {
        private protected Reference()
        {
        }
    }

    /// <summary>An activity named by its workflow and its id.</summary>
    /// <param name="WorkflowId">Id of its workflow.</param>
    /// <param name="RunId">Run of its workflow; null for the current one.</param>
    /// <param name="ActivityId">Id of the activity.</param>
    public record IdReference(string WorkflowId, string? RunId, string ActivityId) : Reference;

    /// <summary>An attempt named by its token.</summary>
    /// <param name="TaskToken">Token from the activity's info.</param>
    public record TaskTokenReference(byte[] TaskToken) : Reference;
}
