using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.DuckDb;

namespace Lakehouse.Lineage;

/// <summary>
/// What a result was made from, as hashes: two results with the same three were made from the same data by the same query in the same engine.
/// </summary>
/// <param name="Code">Hash of the query as the engine writes it: comments, layout and optional words make no difference, values and names do.</param>
/// <param name="Inputs">Hash of which version of which table was read.</param>
/// <param name="Engine">Name and version of the engine, as text.</param>
public sealed record ModelFingerprint(string Code, string Inputs, string Engine)
{
    /// <summary>Makes the fingerprint of a query over pinned inputs.</summary>
    /// <param name="model">The query.</param>
    /// <param name="versions">Version read of each table, by name; -1 for one that is not published yet.</param>
    /// <param name="parameters">Values of the query's parameters as text, by name; null for none. They count as inputs.</param>
    public static ModelFingerprint Of(SqlModel model, IReadOnlyDictionary<string, long> versions, IReadOnlyDictionary<string, string>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var inputs = versions.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key}\0{v.Value}"))
            .Concat((parameters ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"${p.Key}\0{p.Value}"));
        return new ModelFingerprint(Hash(model.Canonical), Hash(string.Join("\0\0", inputs)), $"duckdb {DuckDbLibrary.Version}");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
