using System.Globalization;
using System.Text.Json;
using Lakehouse.Delta;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Activities.Windows;

/// <summary>The newest event time among a pipeline's published rows, from the statistics of the table's files: no row is read.</summary>
internal static class Watermark
{
    public static async Task<DateTimeOffset?> ReadAsync(PipelineSpec spec, Lateness lateness, LakeRoot lake, CancellationToken cancellationToken)
    {
        if (await lake.Tables.Table(lateness.Dataset).HeadAsync(cancellationToken) is not { } head)
        {
            return null;
        }

        DateTimeOffset? newest = null;
        foreach (var file in head.Files.Values)
        {
            var text = lateness.WatermarkColumn == head.Metadata.PartitionColumns.FirstOrDefault() ? head.PartitionOf(file) : MaxOf(file, lateness.WatermarkColumn);
            if (text is not null && InstantOf(text, spec.Partitioning.Calendar.TimeZone) is { } time && (newest is null || time > newest))
            {
                newest = time;
            }
        }

        return newest;
    }

    private static string? MaxOf(AddFile file, string column)
    {
        using var statistics = LoggedStatistics.Of(file.Stats);
        return statistics.Highest(column) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
    }

    /// <summary>A time without a zone is one of the partitioning's zone.</summary>
    private static DateTimeOffset? InstantOf(string text, TimeZoneInfo zone)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return null;
        }

        return text.EndsWith('Z') || text.EndsWith("+00", StringComparison.Ordinal) ? time : new DateTimeOffset(time.DateTime, zone.GetUtcOffset(time.DateTime)).ToUniversalTime();
    }
}
