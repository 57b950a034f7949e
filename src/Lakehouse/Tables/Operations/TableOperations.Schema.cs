using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Changing a table's columns, properties and constraints.</summary>
public sealed partial class TableOperations
{
    /// <summary>Adds columns at the end; they are NULL in all rows there are.</summary>
    /// <exception cref="LakehouseException"><c>schema.column</c>: the table has one of that name.</exception>
    public Task<OperationResult> AddColumnsAsync(IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken = default) =>
        RunAsync(
            (scope, _) =>
            {
                if (columns.FirstOrDefault(c => scope.Schema.Columns.Any(o => o.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase))) is { } twice)
                {
                    throw new LakehouseException("schema.column", $"Table '{_table.Path}' has a column '{twice.Name}' already: names must differ by more than case.");
                }

                Add(scope, columns);
                var fields = Fields(columns).Select(f => new JsonObject { ["column"] = f!.DeepClone() });
                return Task.FromResult<Commit?>(new Commit("ADD COLUMNS", new() { ["columns"] = new JsonArray([.. fields]).ToJsonString(JsonText.Relaxed) }, []));
            },
            cancellationToken);

    /// <summary>Gives a column a wider type; files keep the narrow one. The table must allow it: property <c>delta.enableTypeWidening</c>.</summary>
    /// <param name="column">A column of the table itself, not of a struct.</param>
    /// <param name="sqlType">Its new type as the engine names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>schema.widen</c>: the protocol does not know this widening, or the table does not allow any.</exception>
    public Task<OperationResult> WidenColumnAsync(string column, string sqlType, CancellationToken cancellationToken = default) =>
        RunAsync(
            (scope, _) =>
            {
                RefuseUnknown(scope.Schema, [column]);
                var metadata = scope.Schema.Metadata;
                var schema = JsonNode.Parse(metadata.SchemaString)!;
                var field = schema["fields"]!.AsArray().First(f => (string)f!["name"]! == column)!.AsObject();
                var from = field["type"]!.ToString();
                var to = (string)Fields([new TableColumn(column, sqlType)])[0]!["type"]!;
                if (from == to)
                {
                    return Task.FromResult<Commit?>(null);
                }

                RefuseWidening(metadata, column, from, to);
                field["type"] = to;
                var marks = (field["metadata"] ??= new JsonObject()).AsObject();
                ((marks["delta.typeChanges"] ??= new JsonArray()).AsArray()).Add(new JsonObject { ["fromType"] = from, ["toType"] = to });
                scope.Transaction.Add(metadata with { SchemaString = schema.ToJsonString(JsonText.Relaxed) });
                return Task.FromResult<Commit?>(new Commit("CHANGE COLUMN", new() { ["column"] = field.ToJsonString(JsonText.Relaxed) }, []));
            },
            cancellationToken);

    /// <summary>Sets table properties, and names in the protocol the features they switch on.</summary>
    public Task<OperationResult> SetPropertiesAsync(IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken = default) =>
        RunAsync(
            (scope, _) =>
            {
                var metadata = scope.Schema.Metadata;
                if (properties.Keys.FirstOrDefault(k => k.StartsWith(WriterRules.ConstraintPrefix, StringComparison.Ordinal)) is { } constraint)
                {
                    throw new LakehouseException("delta.constraint", $"Property '{constraint}' of table '{_table.Path}' is a constraint. Help: add it as one, so that the rows there are get checked.");
                }

                ChangeProtocol(scope, ProtocolUpgrade.ForProperties(_table.Path, scope.Transaction.Snapshot.Protocol, properties));
                scope.Transaction.Add(metadata with { Configuration = With(metadata.Configuration, properties) });
                return Task.FromResult<Commit?>(new Commit(
                    "SET TBLPROPERTIES", new() { ["properties"] = new JsonObject(properties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))).ToJsonString(JsonText.Relaxed) }, []));
            },
            cancellationToken);

    /// <summary>Takes table properties away; those that are not there are passed over.</summary>
    public Task<OperationResult> UnsetPropertiesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken = default) =>
        RunAsync(
            (scope, _) =>
            {
                var metadata = scope.Schema.Metadata;
                if (!names.Any(metadata.Configuration.ContainsKey))
                {
                    return Task.FromResult<Commit?>(null);
                }

                scope.Transaction.Add(metadata with { Configuration = metadata.Configuration.Where(p => !names.Contains(p.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal) });
                return Task.FromResult<Commit?>(new Commit("UNSET TBLPROPERTIES", new() { ["properties"] = JsonText.List(names), ["ifExists"] = true }, []));
            },
            cancellationToken);

    /// <summary>Adds a CHECK constraint; all rows there are must keep it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="expression">SQL over the row that must be true; NULL breaks it.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.constraint</c>: rows break it, or there is one of that name.</exception>
    public Task<OperationResult> AddConstraintAsync(string name, string expression, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var metadata = scope.Schema.Metadata;
                var property = WriterRules.ConstraintPrefix + name.ToLowerInvariant();
                if (metadata.Configuration.ContainsKey(property))
                {
                    throw new LakehouseException("delta.constraint", $"Table '{_table.Path}' has a constraint '{name}' already. Help: drop it first.");
                }

                var changed = metadata with { Configuration = With(metadata.Configuration, new Dictionary<string, string> { [property] = expression }) };
                var files = await FetchAsync(scope.Transaction.ReadTable(), token).ConfigureAwait(false);
                RowRules.Refuse(_connection, TableSchema.Of(changed), $"({TargetRows.Select(scope.Schema, files)})", _table.Path, token);
                ChangeProtocol(scope, ProtocolUpgrade.WithConstraints(scope.Transaction.Snapshot.Protocol));
                scope.Transaction.Add(changed);
                return new Commit("ADD CONSTRAINT", new() { ["name"] = name, ["expr"] = expression }, []);
            },
            cancellationToken);

    /// <summary>Drops a CHECK constraint; one that is not there is no error.</summary>
    public Task<OperationResult> DropConstraintAsync(string name, CancellationToken cancellationToken = default) =>
        RunAsync(
            (scope, _) =>
            {
                var metadata = scope.Schema.Metadata;
                var property = WriterRules.ConstraintPrefix + name.ToLowerInvariant();
                if (!metadata.Configuration.TryGetValue(property, out var expression))
                {
                    return Task.FromResult<Commit?>(null);
                }

                scope.Transaction.Add(metadata with { Configuration = metadata.Configuration.Where(p => p.Key != property).ToDictionary(StringComparer.Ordinal) });
                return Task.FromResult<Commit?>(new Commit("DROP CONSTRAINT", new() { ["name"] = name, ["expr"] = expression, ["existed"] = "true" }, []));
            },
            cancellationToken);

    /// <summary>The schema with the columns of new rows that it has not; staged when there are any.</summary>
    private TableSchema Evolve(Scope scope, string select, CancellationToken cancellationToken)
    {
        var added = SourceColumns.Added(scope.Schema, _connection.Describe($"SELECT * FROM ({select}\n)", cancellationToken));
        return added.Count == 0 ? scope.Schema : TableSchema.Of(Add(scope, added));
    }

    /// <summary>The schema of new rows alone, staged.</summary>
    private TableSchema Replace(Scope scope, string select, CancellationToken cancellationToken)
    {
        var given = _connection.Describe($"SELECT * FROM ({select}\n)", cancellationToken).Select(c => new TableColumn(c.Name, c.Type)).ToArray();
        var metadata = scope.Schema.Metadata;
        if (metadata.PartitionColumns.FirstOrDefault(p => given.All(g => g.Name != p)) is { } missing)
        {
            throw new LakehouseException("schema.changed", $"Table '{_table.Path}' is partitioned by '{missing}', which the new rows do not have.");
        }

        var changed = metadata with { SchemaString = DeltaTypes.ToDeltaSchema(given) };
        scope.Transaction.Add(changed);
        return TableSchema.Of(changed);
    }

    private static MetadataAction Add(Scope scope, IReadOnlyList<TableColumn> columns)
    {
        var metadata = scope.Schema.Metadata;
        var schema = JsonNode.Parse(metadata.SchemaString)!;
        foreach (var field in Fields(columns))
        {
            schema["fields"]!.AsArray().Add(field!.DeepClone());
        }

        var changed = metadata with { SchemaString = schema.ToJsonString(JsonText.Relaxed) };
        scope.Transaction.Add(changed);
        return changed;
    }

    private static JsonArray Fields(IReadOnlyList<TableColumn> columns) => JsonNode.Parse(DeltaTypes.ToDeltaSchema(columns))!["fields"]!.AsArray();

    private void RefuseWidening(MetadataAction metadata, string column, string from, string to)
    {
        if (!TypeWidening.IsKnown(from, to))
        {
            throw new LakehouseException("schema.widen", $"Column '{column}' of table '{_table.Path}' is {from} and cannot become {to} without a rewrite: the protocol does not know this widening. Help: overwrite the table with the new schema.");
        }

        if (!WriterRules.IsTrue(metadata, "delta.enableTypeWidening"))
        {
            throw new LakehouseException("schema.widen", $"Table '{_table.Path}' does not allow type widening. Help: set its property 'delta.enableTypeWidening' to true; older readers will no longer read it.");
        }

        if (metadata.PartitionColumns.Contains(column, StringComparer.Ordinal) && from == "date")
        {
            throw new LakehouseException("schema.widen", $"Column '{column}' partitions table '{_table.Path}' by days, which cannot become {to}.");
        }
    }

    private static void ChangeProtocol(Scope scope, ProtocolAction protocol)
    {
        if (!ReferenceEquals(protocol, scope.Transaction.Snapshot.Protocol))
        {
            scope.Transaction.Add(protocol);
        }
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> before, IEnumerable<KeyValuePair<string, string>> more)
    {
        var all = before.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, value) in more)
        {
            all[key] = value;
        }

        return all;
    }
}
