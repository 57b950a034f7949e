using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lakehouse.Delta;

/// <summary>Commits as bytes: one JSON object a line. A field without a value is left out, as Spark does it.</summary>
internal static class DeltaJsonWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A commit's bytes.</summary>
    public static byte[] Write(IEnumerable<DeltaAction> actions)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Compact);
        foreach (var action in actions)
        {
            writer.Reset();
            Write(writer, action);
            writer.Flush();
            buffer.Write("\n"u8);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, DeltaAction action)
    {
        writer.WriteStartObject();
        switch (action)
        {
            case AddFile add: Write(writer, add); break;
            case RemoveFile remove: Write(writer, remove); break;
            case CdcFile cdc: Write(writer, cdc); break;
            case ProtocolAction protocol: Write(writer, protocol); break;
            case MetadataAction metadata: Write(writer, metadata); break;
            case TransactionAction transaction:
                writer.WriteStartObject("txn");
                writer.WriteString("appId", transaction.AppId);
                writer.WriteNumber("version", transaction.Version);
                Number(writer, "lastUpdated", transaction.LastUpdated);
                writer.WriteEndObject();
                break;
            case DomainMetadataAction domain:
                writer.WriteStartObject("domainMetadata");
                writer.WriteString("domain", domain.Domain);
                writer.WriteString("configuration", domain.Configuration);
                writer.WriteBoolean("removed", domain.Removed);
                writer.WriteEndObject();
                break;
            case CommitInfoAction info:
                writer.WritePropertyName("commitInfo");
                info.Content.WriteTo(writer);
                break;
            default:
                throw new ArgumentException($"Action '{action.GetType().Name}' is not one that a commit holds.", nameof(action));
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AddFile add)
    {
        writer.WriteStartObject("add");
        writer.WriteString("path", add.Path);
        Map(writer, "partitionValues", add.PartitionValues);
        writer.WriteNumber("size", add.Size);
        writer.WriteNumber("modificationTime", add.ModificationTime);
        writer.WriteBoolean("dataChange", add.DataChange);
        Text(writer, "stats", add.Stats);
        Map(writer, "tags", add.Tags);
        Vector(writer, add.DeletionVector);
        Number(writer, "baseRowId", add.BaseRowId);
        Number(writer, "defaultRowCommitVersion", add.DefaultRowCommitVersion);
        Text(writer, "clusteringProvider", add.ClusteringProvider);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RemoveFile remove)
    {
        writer.WriteStartObject("remove");
        writer.WriteString("path", remove.Path);
        writer.WriteNumber("deletionTimestamp", remove.DeletionTimestamp);
        writer.WriteBoolean("dataChange", remove.DataChange);
        writer.WriteBoolean("extendedFileMetadata", remove is { PartitionValues: not null, Size: not null });
        Map(writer, "partitionValues", remove.PartitionValues);
        Number(writer, "size", remove.Size);
        Text(writer, "stats", remove.Stats);
        Map(writer, "tags", remove.Tags);
        Vector(writer, remove.DeletionVector);
        Number(writer, "baseRowId", remove.BaseRowId);
        Number(writer, "defaultRowCommitVersion", remove.DefaultRowCommitVersion);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CdcFile cdc)
    {
        writer.WriteStartObject("cdc");
        writer.WriteString("path", cdc.Path);
        Map(writer, "partitionValues", cdc.PartitionValues);
        writer.WriteNumber("size", cdc.Size);
        writer.WriteBoolean("dataChange", false);
        Map(writer, "tags", cdc.Tags);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProtocolAction protocol)
    {
        writer.WriteStartObject("protocol");
        writer.WriteNumber("minReaderVersion", protocol.MinReaderVersion);
        writer.WriteNumber("minWriterVersion", protocol.MinWriterVersion);
        if (protocol.MinReaderVersion >= 3)
        {
            Texts(writer, "readerFeatures", protocol.ReaderFeatures);
        }

        if (protocol.MinWriterVersion >= 7)
        {
            Texts(writer, "writerFeatures", protocol.WriterFeatures);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, MetadataAction metadata)
    {
        writer.WriteStartObject("metaData");
        writer.WriteString("id", metadata.Id);
        Text(writer, "name", metadata.Name);
        Text(writer, "description", metadata.Description);
        writer.WriteStartObject("format");
        writer.WriteString("provider", "parquet");
        writer.WriteStartObject("options");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("schemaString", metadata.SchemaString);
        Texts(writer, "partitionColumns", metadata.PartitionColumns);
        Map(writer, "configuration", metadata.Configuration!);
        Number(writer, "createdTime", metadata.CreatedTime);
        writer.WriteEndObject();
    }

    private static void Vector(Utf8JsonWriter writer, DeletionVectorDescriptor? vector)
    {
        if (vector is null)
        {
            return;
        }

        writer.WriteStartObject("deletionVector");
        writer.WriteString("storageType", vector.StorageType);
        writer.WriteString("pathOrInlineDv", vector.PathOrInlineDv);
        Number(writer, "offset", vector.Offset);
        writer.WriteNumber("sizeInBytes", vector.SizeInBytes);
        writer.WriteNumber("cardinality", vector.Cardinality);
        writer.WriteEndObject();
    }

    private static void Map(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string?>>? map)
    {
        if (map is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
