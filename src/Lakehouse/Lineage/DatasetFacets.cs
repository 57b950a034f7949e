using System.Text.Json;

namespace Lakehouse.Lineage;

/// <summary>Writes the facets of one dataset. A facet with nothing in it is not written.</summary>
internal sealed class DatasetFacets(Utf8JsonWriter json, Action<Utf8JsonWriter, string, string?> start)
{
    public void WriteCommon(LineageDataset dataset)
    {
        if (dataset.Columns is { } columns)
        {
            start(json, "schema", "1-2-0/SchemaDatasetFacet");
            json.WriteStartArray("fields");
            for (var i = 0; i < columns.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", columns[i].Name);
                json.WriteString("type", columns[i].SqlType);
                json.WriteNumber("ordinal_position", i + 1);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (dataset.Version is { } version)
        {
            start(json, "version", "1-0-1/DatasetVersionDatasetFacet");
            json.WriteString("datasetVersion", version);
            json.WriteEndObject();
        }

        start(json, "dataSource", "1-0-1/DatasourceDatasetFacet");
        json.WriteString("name", dataset.Name.Namespace);
        json.WriteString("uri", dataset.Name.Namespace.Contains(':', StringComparison.Ordinal) ? dataset.Name.Namespace : dataset.Name.Namespace + "://");
        json.WriteEndObject();
        if (dataset.Alias is { } alias)
        {
            start(json, "symlinks", "1-0-1/SymlinksDatasetFacet");
            json.WriteStartArray("identifiers");
            json.WriteStartObject();
            json.WriteString("namespace", alias.Namespace);
            json.WriteString("name", alias.Name);
            json.WriteString("type", "TABLE");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    public void WriteChange(LineageDataset dataset)
    {
        if (dataset.Change is { } change)
        {
            start(json, "lifecycleStateChange", "1-0-1/LifecycleStateChangeDatasetFacet");
            json.WriteString("lifecycleStateChange", change);
            json.WriteEndObject();
        }
    }

    public void WriteStatistics(LineageDataset dataset, string name, string schema)
    {
        if (dataset.Rows is null && dataset.Bytes is null && dataset.Files is null)
        {
            return;
        }

        start(json, name, schema);
        Write("rowCount", dataset.Rows);
        Write("size", dataset.Bytes);
        Write("fileCount", dataset.Files);
        json.WriteEndObject();
    }

    public void WriteAssertions(LineageDataset dataset)
    {
        if (dataset.Assertions.Count == 0)
        {
            return;
        }

        start(json, "dataQualityAssertions", "1-1-0/DataQualityAssertionsDatasetFacet");
        json.WriteStartArray("assertions");
        foreach (var assertion in dataset.Assertions)
        {
            json.WriteStartObject();
            json.WriteString("assertion", assertion.Assertion);
            json.WriteBoolean("success", assertion.Success);
            Write("column", assertion.Column);
            Write("severity", assertion.Severity);
            Write("name", assertion.Name);
            Write("expected", assertion.Expected);
            Write("actual", assertion.Actual);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void WriteMetrics(LineageDataset dataset, string schema)
    {
        if (dataset.Metrics.Count == 0)
        {
            return;
        }

        start(json, "dataQualityMetrics", schema);
        Write("rowCount", dataset.Rows);
        Write("bytes", dataset.Bytes);
        json.WriteStartObject("columnMetrics");
        foreach (var (column, metrics) in dataset.Metrics)
        {
            json.WriteStartObject(column);
            Write("nullCount", metrics.Nulls);
            Write("distinctCount", metrics.Distinct);
            Write("min", metrics.Min);
            Write("max", metrics.Max);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Columns under their own names; what decides about rows goes under <c>dataset</c>, as it concerns them all.</summary>
    public void WriteLineage(LineageDataset dataset, IReadOnlyDictionary<string, DatasetName> tables)
    {
        if (dataset.Lineage is not { IsExact: true } lineage)
        {
            return;
        }

        start(json, "columnLineage", "1-2-0/ColumnLineageDatasetFacet");
        json.WriteStartObject("fields");
        foreach (var column in lineage.Columns)
        {
            json.WriteStartObject(column.Name);
            WriteEdges("inputFields", column.Sources, tables);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteEdges("dataset", lineage.Rows, tables);
        json.WriteEndObject();
    }

    private void WriteEdges(string name, IReadOnlyList<LineageEdge> edges, IReadOnlyDictionary<string, DatasetName> tables)
    {
        json.WriteStartArray(name);
        foreach (var field in edges.Where(e => tables.ContainsKey(e.Table)).GroupBy(e => (e.Table, e.Column)))
        {
            var table = tables[field.Key.Table];
            json.WriteStartObject();
            json.WriteString("namespace", table.Namespace);
            json.WriteString("name", table.Name);
            json.WriteString("field", field.Key.Column);
            json.WriteStartArray("transformations");
            foreach (var edge in field)
            {
                json.WriteStartObject();
                json.WriteString("type", edge.IsDirect ? "DIRECT" : "INDIRECT");
                json.WriteString("subtype", edge.Kind == TransformationKind.GroupBy ? "GROUP_BY" : edge.Kind.ToString().ToUpperInvariant());
                json.WriteString("description", "");
                json.WriteBoolean("masking", edge.IsMasking);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private void Write(string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private void Write(string name, double? value)
    {
        // JSON has no infinity and no NaN.
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
    }
}
