using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Delta;

/// <summary>Commits as bytes: one JSON object a line. Actions this version does not know, and fields of actions it does not, are passed over.</summary>
internal static class DeltaJson
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a commit's actions.</summary>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a line is not an action; names the file and the line.</exception>
    public static IReadOnlyList<DeltaAction> Read(string file, ReadOnlySpan<byte> commit)
    {
        var actions = new List<DeltaAction>();
        var number = 0;
        foreach (var range in commit.Split((byte)'\n'))
        {
            number++;
            var line = commit[range].Trim(" \r\t"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                if (JsonNode.Parse(line) is JsonObject action && ReadAction(action) is { } known)
                {
                    actions.Add(known);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                throw new LakehouseException("delta.corrupt", $"'{file}' line {number} is not a Delta action: {e.Message} Help: restore the file; the table cannot be read without it.", inner: e);
            }
        }

        return actions;
    }

    /// <summary>A commit's bytes.</summary>
    public static byte[] Write(IEnumerable<DeltaAction> actions)
    {
        using var buffer = new MemoryStream();
        foreach (var action in actions)
        {
            JsonSerializer.Serialize(buffer, Wrap(action), Compact);
            buffer.WriteByte((byte)'\n');
        }

        return buffer.ToArray();
    }

    private static DeltaAction? ReadAction(JsonObject action)
    {
        var (name, body) = action.FirstOrDefault(p => p.Value is JsonObject);
        return (name, body) switch
        {
            ("protocol", JsonObject o) => new ProtocolAction((int)Number(o, "minReaderVersion"), (int)Number(o, "minWriterVersion"), Texts(o, "readerFeatures"), Texts(o, "writerFeatures")),
            ("metaData", JsonObject o) => new MetadataAction
            {
                Id = Text(o, "id") ?? "",
                Name = Text(o, "name"),
                Description = Text(o, "description"),
                SchemaString = Text(o, "schemaString") ?? "",
                PartitionColumns = Texts(o, "partitionColumns"),
                Configuration = (o["configuration"] as JsonObject)?.ToDictionary(p => p.Key, p => p.Value?.GetValue<string>() ?? "", StringComparer.Ordinal) ?? [],
                CreatedTime = OptionalNumber(o, "createdTime"),
            },
            ("add", JsonObject o) => ReadAdd(o),
            ("remove", JsonObject o) => new RemoveFile
            {
                Path = Required(o, "path"),
                DeletionTimestamp = OptionalNumber(o, "deletionTimestamp") ?? 0,
                DataChange = o["dataChange"]?.GetValue<bool>() ?? true,
                PartitionValues = o["partitionValues"] is JsonObject values ? Values(values) : null,
                Size = OptionalNumber(o, "size"),
                DeletionVectorId = DeletionVector(o),
            },
            ("txn", JsonObject o) => new TransactionAction(Required(o, "appId"), Number(o, "version"), OptionalNumber(o, "lastUpdated")),
            ("commitInfo", JsonObject o) => new CommitInfoAction((JsonObject)o.DeepClone()),
            _ => null,
        };
    }

    private static AddFile ReadAdd(JsonObject o)
    {
        return new AddFile
        {
            Path = Required(o, "path"),
            PartitionValues = o["partitionValues"] is JsonObject values ? Values(values) : new Dictionary<string, string?>(),
            Size = Number(o, "size"),
            ModificationTime = OptionalNumber(o, "modificationTime") ?? 0,
            DataChange = o["dataChange"]?.GetValue<bool>() ?? true,
            Stats = Text(o, "stats"),
            DeletionVectorId = DeletionVector(o),
        };
    }

    /// <summary>Storage type, place and offset: the protocol's unique id of a deletion vector.</summary>
    private static string? DeletionVector(JsonObject o) =>
        o["deletionVector"] is JsonObject vector ? $"{Required(vector, "storageType")}{Required(vector, "pathOrInlineDv")}@{OptionalNumber(vector, "offset")}" : null;

    private static JsonObject Wrap(DeltaAction action) => action switch
    {
        ProtocolAction p => new JsonObject { ["protocol"] = WriteProtocol(p) },
        MetadataAction m => new JsonObject
        {
            ["metaData"] = new JsonObject
            {
                ["id"] = m.Id,
                ["name"] = m.Name,
                ["description"] = m.Description,
                ["format"] = new JsonObject { ["provider"] = "parquet", ["options"] = new JsonObject() },
                ["schemaString"] = m.SchemaString,
                ["partitionColumns"] = Array(m.PartitionColumns),
                ["configuration"] = Map(m.Configuration),
                ["createdTime"] = m.CreatedTime,
            },
        },
        AddFile a => new JsonObject
        {
            ["add"] = new JsonObject
            {
                ["path"] = a.Path,
                ["partitionValues"] = Map(a.PartitionValues),
                ["size"] = a.Size,
                ["modificationTime"] = a.ModificationTime,
                ["dataChange"] = a.DataChange,
                ["stats"] = a.Stats,
            },
        },
        RemoveFile r => new JsonObject
        {
            ["remove"] = new JsonObject
            {
                ["path"] = r.Path,
                ["deletionTimestamp"] = r.DeletionTimestamp,
                ["dataChange"] = r.DataChange,
                ["extendedFileMetadata"] = r is { PartitionValues: not null, Size: not null },
                ["partitionValues"] = r.PartitionValues is { } values ? Map(values) : null,
                ["size"] = r.Size,
            },
        },
        TransactionAction t => new JsonObject { ["txn"] = new JsonObject { ["appId"] = t.AppId, ["version"] = t.Version, ["lastUpdated"] = t.LastUpdated } },
        CommitInfoAction c => new JsonObject { ["commitInfo"] = c.Content.DeepClone() },
        _ => throw new ArgumentException($"Action '{action.GetType().Name}' is not one that is written.", nameof(action)),
    };

    private static JsonObject WriteProtocol(ProtocolAction protocol)
    {
        var o = new JsonObject { ["minReaderVersion"] = protocol.MinReaderVersion, ["minWriterVersion"] = protocol.MinWriterVersion };
        if (protocol.MinReaderVersion >= 3)
        {
            o["readerFeatures"] = Array(protocol.ReaderFeatures);
        }

        if (protocol.MinWriterVersion >= 7)
        {
            o["writerFeatures"] = Array(protocol.WriterFeatures);
        }

        return o;
    }

    private static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private static JsonObject Map<T>(IEnumerable<KeyValuePair<string, T>> map)
        where T : class?
    {
        var o = new JsonObject();
        foreach (var (key, value) in map)
        {
            o[key] = (string?)(object?)value;
        }

        return o;
    }

    private static Dictionary<string, string?> Values(JsonObject o) => o.ToDictionary(p => p.Key, p => p.Value?.GetValue<string>(), StringComparer.Ordinal);

    private static string Required(JsonObject o, string name) => Text(o, name) ?? throw new FormatException($"'{name}' is missing.");

    private static string? Text(JsonObject o, string name) => o[name]?.GetValue<string>();

    private static long Number(JsonObject o, string name) => OptionalNumber(o, name) ?? throw new FormatException($"'{name}' is missing.");

    private static long? OptionalNumber(JsonObject o, string name) => o[name]?.GetValue<long>();

    private static IReadOnlyList<string> Texts(JsonObject o, string name) => o[name] is JsonArray array ? [.. array.Select(t => t!.GetValue<string>())] : [];
}
