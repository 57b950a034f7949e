using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>A run as its own server describes it.</summary>
public class WorkflowExecutionDescription : WorkflowExecution
{
    private readonly DataConverter _dataConverter;

    /// <summary>Creates the object.</summary>
    /// <param name="rawDescription">The server's answer.</param>
    /// <param name="dataConverter">Converter of memo and texts, with the workflow's context.</param>
    protected internal WorkflowExecutionDescription(DescribeWorkflowExecutionResponse rawDescription, DataConverter dataConverter)
        : base(rawDescription.WorkflowExecutionInfo, dataConverter, null)
    {
        RawDescription = rawDescription;
        _dataConverter = dataConverter;
    }

    /// <summary>The server's answer.</summary>
    internal DescribeWorkflowExecutionResponse RawDescription { get; }

    /// <summary>The one-line summary given at the start.</summary>
    /// <returns>The summary; null when none was given.</returns>
    public Task<string?> GetStaticSummaryAsync() => ReadAsync(RawDescription.ExecutionConfig?.UserMetadata?.Summary);

    /// <summary>The details given at the start.</summary>
    /// <returns>The details; null when none were given.</returns>
    public Task<string?> GetStaticDetailsAsync() => ReadAsync(RawDescription.ExecutionConfig?.UserMetadata?.Details);

    private async Task<string?> ReadAsync(Payload? payload) =>
        payload is null ? null : await _dataConverter.ToValueAsync<string?>(payload).ConfigureAwait(false);
}
