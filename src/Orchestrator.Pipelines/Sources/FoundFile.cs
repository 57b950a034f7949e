namespace Orchestrator.Pipelines.Sources;

/// <summary>A file of a source as its store shows it, without its bytes.</summary>
/// <param name="Uri">Absolute path, or <c>s3://bucket/key</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedAt">When it was last written (UTC).</param>
/// <param name="ETag">Identity of its content, opaque; empty where the store has none.</param>
public sealed record FoundFile(string Uri, long Bytes, DateTimeOffset ModifiedAt, string ETag = "");
