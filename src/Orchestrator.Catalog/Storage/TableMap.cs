using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NpgsqlTypes;

namespace Orchestrator.Catalog.Storage;

/// <summary>An entity's table as the migrations know it: what a statement needs that the mapper would not write.</summary>
internal sealed class TableMap<T>
    where T : class
{
    public TableMap(IModel model)
    {
        var entity = model.FindEntityType(typeof(T)) ?? throw new ArgumentException($"'{typeof(T).Name}' is no table of the catalog.", nameof(model));
        Name = $"{entity.GetSchema()}.{entity.GetTableName()}";
        var keys = entity.FindPrimaryKey()!.Properties;
        Columns = [.. entity.GetProperties().Select(p => new Column(p.GetColumnName(), DbType(p.GetColumnType()), Reader(p), keys.Contains(p)))];
        Keys = [.. keys.Select(k => k.GetColumnName())];
    }

    public string Name { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Columns of the primary key, in its order.</summary>
    public IReadOnlyList<string> Keys { get; }

    public string ColumnNames => string.Join(", ", Columns.Select(c => c.Name));

    /// <summary>The end of an insert: what happens to a row that is there. Without columns to change it stays as it is.</summary>
    /// <param name="upsert">What may be changed, and when.</param>
    public string OnConflict(Upsert upsert)
    {
        var changed = Columns.Where(c => !c.IsKey && upsert.Changes(c.Name)).Select(c => $"{c.Name} = {upsert.Value(c.Name)}").ToList();
        var guard = upsert.When is { } when ? $" WHERE {when}" : "";
        return $" ON CONFLICT ({string.Join(", ", Keys)}) " + (changed.Count == 0 ? "DO NOTHING" : $"DO UPDATE SET {string.Join(", ", changed)}{guard}");
    }

    private static NpgsqlDbType DbType(string type) => type switch
    {
        "text" => NpgsqlDbType.Text,
        "jsonb" => NpgsqlDbType.Jsonb,
        "bigint" => NpgsqlDbType.Bigint,
        "integer" => NpgsqlDbType.Integer,
        "numeric" => NpgsqlDbType.Numeric,
        "double precision" => NpgsqlDbType.Double,
        "boolean" => NpgsqlDbType.Boolean,
        "timestamp with time zone" => NpgsqlDbType.TimestampTz,
        _ => throw new ArgumentException($"The catalog writes no columns of type '{type}' yet: add it here.", nameof(type)),
    };

    private static Func<T, object?> Reader(IProperty property)
    {
        var row = Expression.Parameter(typeof(T));
        var read = Expression.Lambda<Func<T, object?>>(Expression.Convert(Expression.Property(row, property.PropertyInfo!), typeof(object)), row).Compile();
        return property.ClrType.IsEnum ? r => read(r)!.ToString()
            : property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?) ? r => read(r) is DateTimeOffset instant ? instant.ToUniversalTime() : null
            : read;
    }

    /// <summary>One column.</summary>
    public sealed record Column(string Name, NpgsqlDbType DbType, Func<T, object?> Read, bool IsKey);
}
