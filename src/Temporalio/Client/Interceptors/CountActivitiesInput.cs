namespace Temporalio.Client.Interceptors;

/// <summary>A count of activities without workflow.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record CountActivitiesInput(string Query, ActivityCountOptions? Options);
