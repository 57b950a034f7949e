namespace Orchestrator.TestKit.S3;

/// <summary>A key pair the server knows.</summary>
/// <param name="AccessKey">Its public half.</param>
/// <param name="SecretKey">Its secret half.</param>
/// <param name="SessionToken">Token that must come with it; null for none.</param>
public sealed record S3Credentials(string AccessKey, string SecretKey, string? SessionToken = null);
