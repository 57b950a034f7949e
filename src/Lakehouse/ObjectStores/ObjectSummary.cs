namespace Lakehouse.ObjectStores;

/// <summary>One object, without its bytes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedAt">When it was last written (UTC).</param>
/// <param name="ETag">Identity of its content, opaque: another content at the same path has another.</param>
/// <param name="StorageClass">Class of storage that it lies in; null for the usual one.</param>
public sealed record ObjectSummary(string Path, long Bytes, DateTimeOffset ModifiedAt, string ETag = "", string? StorageClass = null);
