using Lakehouse.DuckDb;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Models;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Fixtures;

/// <summary>
/// Runs a pipeline's fixture tests: each model on tables that are typed by the contracts and hold only the given rows. Touches no table
/// of the lake and no file but the fixtures.
/// </summary>
public static class FixtureRunner
{
    private const int MostRowsListed = 20;

    /// <summary>Runs every fixture under <c>tests/</c>, in the order of files and tests.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="cancellationToken">Ends the run between two tests.</param>
    /// <exception cref="PipelineValidationException">A fixture file is not sound; it carries every error of all of them.</exception>
    public static IReadOnlyList<FixtureResult> Run(PipelineSpec spec, CancellationToken cancellationToken = default)
    {
        var errors = new ErrorList();
        var fixtures = new FixtureReader(spec, errors).ReadAll();
        if (!errors.IsEmpty)
        {
            throw new PipelineValidationException(spec.Folder, errors.Sorted(""));
        }

        using var engine = new ModelEngine();
        var results = new List<FixtureResult>();
        foreach (var fixture in fixtures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(new FixtureResult
            {
                File = fixture.Place.File,
                Line = fixture.Place.Line,
                Model = fixture.Dataset.Name,
                Name = fixture.Name,
                Differences = RunOne(spec, fixture, engine),
            });
        }

        return results;
    }

    private static List<string> RunOne(PipelineSpec spec, Fixture fixture, ModelEngine engine)
    {
        engine.CreateTables(fixture.Dataset.Reads.Keys.Concat(fixture.Dataset.Inputs).Select(r => (r, spec.SchemaOf(r))));
        try
        {
            foreach (var (table, rows) in fixture.Given)
            {
                Insert(engine, SqlIdentifier.QuoteQualified(table), rows, spec.Inputs.ContainsKey(table) ? null : spec.Dataset(table).PartitionColumn, spec.Inputs.ContainsKey(table) ? null : PartitionValues.Of(spec, spec.Dataset(table), fixture.Partition));
            }

            engine.CreateExpected(fixture.Dataset.Schema);
            Insert(engine, "expected", fixture.Expect, null, null);
        }
        catch (DuckDbException failure)
        {
            return [$"a value does not fit its column: {ModelEngine.FaultOf(failure, 0).Message}"];
        }

        return engine.Materialise(fixture.Dataset.Model!.Sql, ModelParameters.For(spec.Partitioning, fixture.Partition), out var fault)
            ? Compare(engine, fixture)
            : [$"the model failed: {fault.Message}"];
    }

    /// <summary>Values go in as texts, which the engine casts to the column's type; the partition column may be left out.</summary>
    private static void Insert(ModelEngine engine, string table, IReadOnlyList<YamlValue> rows, string? partitionColumn, string? partition)
    {
        foreach (var row in rows)
        {
            var values = row.Entries.ToDictionary(e => e.Key, e => (object?)(e.Value.Kind is YamlKind.Number && e.Value.AsDouble() is { } number && !double.IsFinite(number) ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : e.Value.AsScalarText()));
            if (partitionColumn is not null)
            {
                values.TryAdd(partitionColumn, partition);
            }

            var columns = values.Keys.ToList();
            engine.Execute(
                $"INSERT INTO {table} ({string.Join(", ", columns.Select(SqlIdentifier.Quote))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"CAST($v{i} AS VARCHAR)"))})",
                columns.Select((c, i) => (Name: $"v{i}", Value: values[c])).ToDictionary(v => v.Name, v => v.Value));
        }
    }

    private static List<string> Compare(ModelEngine engine, Fixture fixture)
    {
        // Without columns to compare only the number of rows counts.
        var columns = string.Join(", ", fixture.Columns.Select(SqlIdentifier.Quote).Append(fixture.Ordered ? "rowid AS \"row\"" : "1 AS \"row\""));
        var differences = new List<string>();
        foreach (var (sign, left, right) in new[] { ('-', "expected", "made"), ('+', "made", "expected") })
        {
            var rows = engine.Query($"SELECT * FROM (SELECT {columns} FROM {left} EXCEPT ALL SELECT {columns} FROM {right}) ORDER BY ALL").Rows;
            differences.AddRange(rows.Take(MostRowsListed).Select(r => $"{sign} {Text(fixture, r)}"));
            if (rows.Count > MostRowsListed)
            {
                differences.Add($"{sign} and {rows.Count - MostRowsListed} more rows");
            }
        }

        return differences;
    }

    private static string Text(Fixture fixture, IReadOnlyList<object?> row)
    {
        var values = fixture.Columns.Select((c, i) => $"{c}={Text(row[i])}");
        return string.Join(", ", fixture.Ordered ? values.Prepend($"row {(long)row[^1]! + 1}") : values.DefaultIfEmpty("a row"));
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"'{string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}'",
        DateOnly day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFzzz", System.Globalization.CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
