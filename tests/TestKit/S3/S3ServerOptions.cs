namespace Orchestrator.TestKit.S3;

/// <summary>How a test server is set up.</summary>
public sealed record S3ServerOptions
{
    /// <summary>Key pairs it knows. Default: <c>testaccess</c> with <c>testsecret123</c>.</summary>
    public IReadOnlyList<S3Credentials> Credentials { get; init; } = [new("testaccess", "testsecret123")];

    /// <summary>Its region. Default: <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Host name under which buckets are sub-domains. Default: <c>s3.test</c>.</summary>
    public string Domain { get; init; } = "s3.test";

    /// <summary>Buckets that are there from the start.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = [];

    /// <summary>Whether objects without a checksum get CRC64NVME, as on AWS. Default: true; false where speed is measured.</summary>
    public bool ChecksumAll { get; init; } = true;

    /// <summary>Clock of the server. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
