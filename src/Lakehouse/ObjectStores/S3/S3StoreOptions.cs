namespace Lakehouse.ObjectStores.S3;

/// <summary>Where and how an S3 store is reached.</summary>
public sealed record S3StoreOptions
{
    /// <summary>Name of the bucket, which must be there.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the keys of all objects begin with: empty, or parts that end in <c>/</c>. Default: empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Address of the service, such as <c>http://127.0.0.1:9000</c>. Default: null, which is AWS in <see cref="Region"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Region that requests are signed for. Default: <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Whether the bucket stands in the path of addresses instead of their host name. Default: false.</summary>
    public bool PathStyle { get; init; }

    /// <summary>Where credentials come from; see <see cref="S3Credentials.Resolve"/>. Default: <c>default</c>.</summary>
    public string Credentials { get; init; } = "default";

    /// <summary>Encryption at rest that writes ask for: null (the bucket's own), <c>AES256</c> or <c>aws:kms</c>. Default: null.</summary>
    public string? ServerSideEncryption { get; init; }

    /// <summary>Key for <c>aws:kms</c>; null for the account's own. Default: null.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Class of storage of the warm tier, such as <c>STANDARD_IA</c>; null for no such tier. Default: null.</summary>
    public string? WarmClass { get; init; }

    /// <summary>Class of storage of the cold tier, such as <c>GLACIER_IR</c>; null for no such tier. Default: null.</summary>
    public string? ColdClass { get; init; }

    /// <summary>How often a request is tried. Default: 8.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>Longest pause before the second try; it doubles from try to try, each pause drawn between none and that. Default: 100 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause of all. Default: 10 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request may take until its answer begins, and how long the answer may stop in between. Default: 60 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Size of the parts in which larger objects travel, from 5 MiB. Default: 16 MiB.</summary>
    public int PartBytes { get; init; } = 16 << 20;

    /// <summary>How many parts of one object travel at once. Default: 4.</summary>
    public int PartsAtOnce { get; init; } = 4;
}
