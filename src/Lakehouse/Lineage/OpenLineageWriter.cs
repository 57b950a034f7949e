using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lakehouse.Lineage;

/// <summary>Writes events as OpenLineage 2-0-2 has them. Which facets, and where they sit, is in docs/specs/openlineage.md.</summary>
public sealed class OpenLineageWriter
{
    private const string Spec = "https://openlineage.io/spec/";

    private readonly string _producer;

    /// <summary>Creates a writer.</summary>
    /// <param name="producer">URI of what makes the events, with its version.</param>
    public OpenLineageWriter(Uri producer)
    {
        ArgumentNullException.ThrowIfNull(producer);
        _producer = producer.AbsoluteUri;
    }

    /// <summary>One event as JSON.</summary>
    public string Write(LineageEvent lineageEvent)
    {
        ArgumentNullException.ThrowIfNull(lineageEvent);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType", lineageEvent.Type.ToString().ToUpperInvariant());
            json.WriteString("eventTime", Instant(lineageEvent.Time));
            WriteRun(json, lineageEvent);
            WriteJob(json, lineageEvent);
            WriteDatasets(json, "inputs", lineageEvent.Inputs, dataset => WriteInput(json, dataset));
            WriteDatasets(json, "outputs", lineageEvent.Outputs, dataset => WriteOutput(json, dataset, lineageEvent.Tables));
            json.WriteString("producer", _producer);
            json.WriteString("schemaURL", Spec + "2-0-2/OpenLineage.json#/$defs/RunEvent");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteRun(Utf8JsonWriter json, LineageEvent e)
    {
        json.WriteStartObject("run");
        json.WriteString("runId", e.RunId);
        json.WriteStartObject("facets");
        if (e.Nominal is { } nominal)
        {
            StartFacet(json, "nominalTime", "1-0-1/NominalTimeRunFacet");
            json.WriteString("nominalStartTime", Instant(nominal.Start));
            json.WriteString("nominalEndTime", Instant(nominal.End));
            json.WriteEndObject();
        }

        if (e.Parent is { } parent)
        {
            StartFacet(json, "parent", "1-2-0/ParentRunFacet");
            json.WriteStartObject("run");
            json.WriteString("runId", parent.RunId);
            json.WriteEndObject();
            json.WriteStartObject("job");
            json.WriteString("namespace", parent.Job.Namespace);
            json.WriteString("name", parent.Job.Name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (e.Engine is { } engine)
        {
            StartFacet(json, "processing_engine", "1-1-1/ProcessingEngineRunFacet");
            json.WriteString("version", engine.Version);
            json.WriteString("name", engine.Name);
            json.WriteEndObject();
        }

        if (e.Fingerprint is { } fingerprint)
        {
            StartFacet(json, "orchestrator_fingerprint", null);
            json.WriteString("code", fingerprint.Code);
            json.WriteString("inputs", fingerprint.Inputs);
            json.WriteString("engine", fingerprint.Engine);
            json.WriteEndObject();
        }

        if (e.Error is { } error)
        {
            StartFacet(json, "errorMessage", "1-0-1/ErrorMessageRunFacet");
            json.WriteString("message", error);
            json.WriteString("programmingLanguage", "C#");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteJob(Utf8JsonWriter json, LineageEvent e)
    {
        json.WriteStartObject("job");
        json.WriteString("namespace", e.Job.Namespace);
        json.WriteString("name", e.Job.Name);
        json.WriteStartObject("facets");
        StartFacet(json, "jobType", "2-0-4/JobTypeJobFacet");
        json.WriteString("processingType", "BATCH");
        json.WriteString("integration", "ORCHESTRATOR");
        json.WriteString("jobType", "TASK");
        json.WriteEndObject();
        if (e.Sql is { } sql)
        {
            StartFacet(json, "sql", "1-1-0/SQLJobFacet");
            json.WriteString("query", sql);
            json.WriteString("dialect", "duckdb");
            json.WriteEndObject();
        }

        if (e.Description is { } description)
        {
            StartFacet(json, "documentation", "1-1-0/DocumentationJobFacet");
            json.WriteString("description", description);
            json.WriteString("contentType", "text/plain");
            json.WriteEndObject();
        }

        if (e.Owner is { } owner)
        {
            StartFacet(json, "ownership", "1-0-1/OwnershipJobFacet");
            json.WriteStartArray("owners");
            json.WriteStartObject();
            json.WriteString("name", owner);
            json.WriteString("type", "OWNER");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDatasets(Utf8JsonWriter json, string side, IReadOnlyList<LineageDataset> datasets, Action<LineageDataset> write)
    {
        json.WriteStartArray(side);
        foreach (var dataset in datasets)
        {
            json.WriteStartObject();
            json.WriteString("namespace", dataset.Name.Namespace);
            json.WriteString("name", dataset.Name.Name);
            write(dataset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteInput(Utf8JsonWriter json, LineageDataset dataset)
    {
        var facets = new DatasetFacets(json, StartFacet);
        json.WriteStartObject("facets");
        facets.WriteCommon(dataset);
        json.WriteEndObject();
        json.WriteStartObject("inputFacets");
        facets.WriteStatistics(dataset, "inputStatistics", "1-0-0/InputStatisticsInputDatasetFacet");
        facets.WriteAssertions(dataset);
        facets.WriteMetrics(dataset, "1-0-3/DataQualityMetricsInputDatasetFacet");
        json.WriteEndObject();
    }

    private void WriteOutput(Utf8JsonWriter json, LineageDataset dataset, IReadOnlyDictionary<string, DatasetName> tables)
    {
        var facets = new DatasetFacets(json, StartFacet);
        json.WriteStartObject("facets");
        facets.WriteCommon(dataset);
        facets.WriteChange(dataset);
        facets.WriteAssertions(dataset);
        facets.WriteMetrics(dataset, "1-0-0/DataQualityMetricsDatasetFacet");
        facets.WriteLineage(dataset, tables);
        json.WriteEndObject();
        json.WriteStartObject("outputFacets");
        facets.WriteStatistics(dataset, "outputStatistics", "1-0-2/OutputStatisticsOutputDatasetFacet");
        json.WriteEndObject();
    }

    /// <summary>Facets of our own have the producer's page for a schema, as the standard asks for a published one.</summary>
    private void StartFacet(Utf8JsonWriter json, string name, string? schema)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", _producer);
        json.WriteString("_schemaURL", schema is null ? $"{_producer}#{name}" : $"{Spec}facets/{schema}.json#/$defs/{schema[(schema.IndexOf('/', StringComparison.Ordinal) + 1)..]}");
    }

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
