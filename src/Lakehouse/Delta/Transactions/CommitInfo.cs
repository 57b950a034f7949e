using System.Globalization;
using System.Text.Json.Nodes;

namespace Lakehouse.Delta.Transactions;

/// <summary>The <c>commitInfo</c> of every commit that is made here. Its fields and their order are Spark's.</summary>
internal static class CommitInfo
{
    /// <summary>Property that gives commits times of their own.</summary>
    public const string InCommitTimestamps = "delta.enableInCommitTimestamps";

    /// <summary>Properties that tell from which version on a table has them, when it had not at first.</summary>
    public static readonly string[] Enablement = ["delta.inCommitTimestampEnablementVersion", "delta.inCommitTimestampEnablementTimestamp"];

    /// <summary>Name of this writer in the log.</summary>
    private const string Engine = "dotnet-orchestrator/0.1";

    /// <summary>Makes it.</summary>
    /// <param name="said">What the writer says.</param>
    /// <param name="now">Clock of the writer, milliseconds since 1970 (UTC).</param>
    /// <param name="inCommitTimestamp">The commit's own time; null when the table has none.</param>
    /// <param name="isBlindAppend">Whether it only adds rows and read none.</param>
    /// <param name="readVersion">Version that it was made from; null for the first.</param>
    /// <param name="isolation">Level that it was held to; null for the first.</param>
    public static JsonObject Of(CommitDescription said, long now, long? inCommitTimestamp, bool isBlindAppend, long? readVersion = null, IsolationLevel? isolation = null)
    {
        var info = new JsonObject();
        if (inCommitTimestamp is { } own)
        {
            // Readers look for it in the first field of the first line.
            info["inCommitTimestamp"] = own;
        }

        info["timestamp"] = now;
        info["operation"] = said.Operation;
        info["operationParameters"] = said.Parameters.DeepClone();
        if (readVersion is { } read)
        {
            info["readVersion"] = read;
        }

        if (isolation is { } level)
        {
            info["isolationLevel"] = level.ToString();
        }

        info["isBlindAppend"] = isBlindAppend;
        info["operationMetrics"] = new JsonObject(said.Metrics.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, m.Value.ToString(CultureInfo.InvariantCulture))));
        info["engineInfo"] = Engine;
        info["txnId"] = said.CommitId;
        foreach (var (key, value) in said.Info)
        {
            info[key] = value?.DeepClone();
        }

        return info;
    }

    /// <summary>The time of a commit; null when the table's commits have none of their own.</summary>
    /// <param name="metadata">The table's settings, those of the commit itself when it has some.</param>
    /// <param name="now">Clock of the writer, milliseconds since 1970 (UTC).</param>
    /// <param name="before">Time of the commit before it. Times must grow from version to version, whatever the clocks of the writers say.</param>
    public static long? TimeOf(MetadataAction metadata, long now, long? before) =>
        WriterRules.IsTrue(metadata, InCommitTimestamps) ? Math.Max(now, (before ?? 0) + 1) : null;
}
