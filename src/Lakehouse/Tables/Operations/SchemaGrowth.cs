using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Tables.Operations;

/// <summary>
/// How a table's schema takes rows with other columns: new ones come at the end and are NULL in all rows there are, types widen, everything else is refused. A
/// first widening names the feature in the protocol, which readers must know from then on.
/// </summary>
internal static class SchemaGrowth
{
    /// <summary>The actions that let the table take the rows; none when it has their columns.</summary>
    /// <param name="table">Name of the table, for the message.</param>
    /// <param name="head">The version that the rows come behind.</param>
    /// <param name="columns">All columns of the rows, partition columns among them.</param>
    /// <param name="partitionColumn">The column that the rows are partitioned by. Default: null, that of the table.</param>
    /// <exception cref="LakehouseException"><c>schema.changed</c>: names every difference that is not additive.</exception>
    public static IReadOnlyList<DeltaAction> Of(string table, DeltaSnapshot head, IReadOnlyList<TableColumn> columns, string? partitionColumn = null)
    {
        if (partitionColumn is not null && !head.Metadata.PartitionColumns.SequenceEqual([partitionColumn], StringComparer.Ordinal))
        {
            throw new LakehouseException(
                "schema.changed",
                $"Table '{table}' version {head.Version} is partitioned by '{string.Join("', '", head.Metadata.PartitionColumns)}', the rows by '{partitionColumn}'. "
                + "Help: keep the partition column; for another one publish under a new dataset name, or remove the table and run all partitions again.");
        }

        var there = DeltaTypes.FromDeltaSchema(head.Metadata.SchemaString);
        if (there.ToHashSet().SetEquals(columns))
        {
            return [];
        }

        var schema = JsonNode.Parse(head.Metadata.SchemaString)!;
        var fields = schema["fields"]!.AsArray();
        var wanted = JsonNode.Parse(DeltaTypes.ToDeltaSchema(columns))!["fields"]!.AsArray().ToDictionary(f => (string)f!["name"]!, f => f!, StringComparer.Ordinal);
        var faults = new List<string>();
        var widens = false;
        foreach (var column in there)
        {
            if (!wanted.Remove(column.Name, out var field))
            {
                faults.Add(wanted.Keys.FirstOrDefault(w => w.Equals(column.Name, StringComparison.OrdinalIgnoreCase)) is { } other
                    ? $"'{column.Name}' is now written '{other}'" : $"'{column.Name}' {column.SqlType} is missing");
                continue;
            }

            var own = fields.First(f => (string)f!["name"]! == column.Name)!.AsObject();
            var (from, to) = (own["type"]!.ToString(), (string)field["type"]!);
            if (from != to && (!TypeWidening.IsKnown(from, to) || head.Metadata.PartitionColumns.Contains(column.Name, StringComparer.Ordinal)))
            {
                faults.Add($"'{column.Name}' was {column.SqlType} and is now {columns.First(c => c.Name == column.Name).SqlType}");
            }
            else if (from != to)
            {
                widens = true;
                own["type"] = to;
                var marks = (own["metadata"] ??= new JsonObject()).AsObject();
                (marks["delta.typeChanges"] ??= new JsonArray()).AsArray().Add(new JsonObject { ["fromType"] = from, ["toType"] = to });
            }
        }

        if (faults.Count > 0)
        {
            throw new LakehouseException(
                "schema.changed",
                $"The rows do not fit table '{table}' version {head.Version}: {string.Join("; ", faults)}. Expected all of the table's columns, with their types or wider ones; new columns may come besides. "
                + "Help: keep the column (as NULL, if nothing fills it) or its type; for another meaning publish under a new dataset name, or remove the table and run all partitions again.");
        }

        foreach (var column in columns.Where(c => wanted.ContainsKey(c.Name)))
        {
            fields.Add(wanted[column.Name].DeepClone());
        }

        return Changes(table, head, schema, widens);
    }

    private static IReadOnlyList<DeltaAction> Changes(string table, DeltaSnapshot head, JsonNode schema, bool widens)
    {
        var metadata = head.Metadata with { SchemaString = schema.ToJsonString(JsonText.Relaxed) };
        if (!widens || WriterRules.IsTrue(head.Metadata, TypeWidening.Property))
        {
            return [metadata];
        }

        var allowed = new Dictionary<string, string>(head.Metadata.Configuration, StringComparer.Ordinal) { [TypeWidening.Property] = "true" };
        return [ProtocolUpgrade.ForProperties(table, head.Protocol, allowed), metadata with { Configuration = allowed }];
    }
}
