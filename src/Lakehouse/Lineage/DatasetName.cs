using System.Globalization;

namespace Lakehouse.Lineage;

/// <summary>Name of a dataset as OpenLineage has it: two jobs that touch the same data make the same pair.</summary>
/// <param name="Namespace">The system with its address, such as <c>s3://lake</c> or <c>file</c>.</param>
/// <param name="Name">The unique path inside it. A table is its root folder.</param>
public sealed record DatasetName(string Namespace, string Name)
{
    /// <summary>A file or folder of this machine.</summary>
    /// <param name="path">Absolute path.</param>
    public static DatasetName OfFile(string path) => new("file", path.TrimEnd('/'));

    /// <summary>An object, or the prefix of a table.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">Key or prefix; slashes around it do not count.</param>
    public static DatasetName OfS3(string bucket, string key) => new($"s3://{bucket}", key.Trim('/'));

    /// <summary>A table of a PostgreSQL server.</summary>
    public static DatasetName OfPostgres(string host, int port, string database, string schema, string table) =>
        new(string.Create(CultureInfo.InvariantCulture, $"postgres://{host}:{port}"), $"{database}.{schema}.{table}");
}
