using System.Text.Json;

namespace Lakehouse.Delta;

/// <summary>The fields that any action may have, by name: what is read from JSON or a checkpoint before it is known to be whole.</summary>
internal struct ActionFields
{
    private static readonly IReadOnlyDictionary<string, string?> NoValues = new Dictionary<string, string?>();

    public string? Path;
    public IReadOnlyDictionary<string, string?>? PartitionValues;
    public long? Size;
    public long? SizeInBytes;
    public long? ModificationTime;
    public long? DeletionTimestamp;
    public bool? DataChange;
    public string? Stats;
    public IReadOnlyDictionary<string, string?>? Tags;
    public DeletionVectorDescriptor? DeletionVector;
    public long? BaseRowId;
    public long? DefaultRowCommitVersion;
    public string? ClusteringProvider;
    public string? AppId;
    public long? Version;
    public long? LastUpdated;
    public string? Id;
    public string? Name;
    public string? Description;
    public string? SchemaString;
    public IReadOnlyList<string>? PartitionColumns;
    public IReadOnlyDictionary<string, string?>? Configuration;
    public string? ConfigurationText;
    public long? CreatedTime;
    public long? MinReaderVersion;
    public long? MinWriterVersion;
    public IReadOnlyList<string>? ReaderFeatures;
    public IReadOnlyList<string>? WriterFeatures;
    public string? Domain;
    public bool? Removed;

    /// <summary>Reads the object that the reader stands on; afterwards it stands on its end.</summary>
    /// <exception cref="JsonException">A field is not of its type.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader);
        }
    }

    public readonly AddFile ToAdd() => new()
    {
        Path = Path ?? throw Missing("path"),
        PartitionValues = PartitionValues ?? NoValues,
        Size = Size ?? throw Missing("size"),
        ModificationTime = ModificationTime ?? 0,
        DataChange = DataChange ?? true,
        Stats = Stats,
        Tags = Tags,
        DeletionVector = DeletionVector,
        BaseRowId = BaseRowId,
        DefaultRowCommitVersion = DefaultRowCommitVersion,
        ClusteringProvider = ClusteringProvider,
    };

    public readonly RemoveFile ToRemove() => new()
    {
        Path = Path ?? throw Missing("path"),
        DeletionTimestamp = DeletionTimestamp ?? 0,
        DataChange = DataChange ?? true,
        PartitionValues = PartitionValues,
        Size = Size,
        Stats = Stats,
        Tags = Tags,
        DeletionVector = DeletionVector,
        BaseRowId = BaseRowId,
        DefaultRowCommitVersion = DefaultRowCommitVersion,
    };

    public readonly CdcFile ToCdc() => new()
    {
        Path = Path ?? throw Missing("path"),
        PartitionValues = PartitionValues ?? NoValues,
        Size = Size ?? 0,
        Tags = Tags,
    };

    public readonly MetadataAction ToMetadata() => new()
    {
        Id = Id ?? "",
        Name = Name,
        Description = Description,
        SchemaString = SchemaString ?? "",
        PartitionColumns = PartitionColumns ?? [],
        Configuration = Configuration?.ToDictionary(p => p.Key, p => p.Value ?? "", StringComparer.Ordinal) ?? [],
        CreatedTime = CreatedTime,
    };

    /// <summary>From reader version 3 and writer version 7 on the lists are part of the protocol, empty or not: without them nobody knows what the table needs.</summary>
    public readonly ProtocolAction ToProtocol()
    {
        var protocol = new ProtocolAction(
            (int)(MinReaderVersion ?? throw Missing("minReaderVersion")), (int)(MinWriterVersion ?? throw Missing("minWriterVersion")), ReaderFeatures ?? [], WriterFeatures ?? []);
        return protocol switch
        {
            { MinReaderVersion: 3 } when ReaderFeatures is null => throw new JsonException("a protocol of reader version 3 must have 'readerFeatures'."),
            { MinWriterVersion: 7 } when WriterFeatures is null => throw new JsonException("a protocol of writer version 7 must have 'writerFeatures'."),
            _ => protocol,
        };
    }

    private void ReadField(ref Utf8JsonReader reader)
    {
        switch (reader.GetString())
        {
            case "path": Path = Text(ref reader); break;
            case "partitionValues": PartitionValues = Map(ref reader); break;
            case "size": Size = Number(ref reader); break;
            case "sizeInBytes": SizeInBytes = Number(ref reader); break;
            case "modificationTime": ModificationTime = Number(ref reader); break;
            case "deletionTimestamp": DeletionTimestamp = Number(ref reader); break;
            case "dataChange": DataChange = Truth(ref reader); break;
            case "stats": Stats = Text(ref reader); break;
            case "tags": Tags = Map(ref reader); break;
            case "deletionVector": DeletionVector = Vector(ref reader); break;
            case "baseRowId": BaseRowId = Number(ref reader); break;
            case "defaultRowCommitVersion": DefaultRowCommitVersion = Number(ref reader); break;
            case "clusteringProvider": ClusteringProvider = Text(ref reader); break;
            case "appId": AppId = Text(ref reader); break;
            case "version": Version = Number(ref reader); break;
            case "lastUpdated": LastUpdated = Number(ref reader); break;
            case "id": Id = Text(ref reader); break;
            case "name": Name = Text(ref reader); break;
            case "description": Description = Text(ref reader); break;
            case "schemaString": SchemaString = Text(ref reader); break;
            case "partitionColumns": PartitionColumns = Texts(ref reader); break;
            case "configuration": ReadConfiguration(ref reader); break;
            case "createdTime": CreatedTime = Number(ref reader); break;
            case "minReaderVersion": MinReaderVersion = Number(ref reader); break;
            case "minWriterVersion": MinWriterVersion = Number(ref reader); break;
            case "readerFeatures": ReaderFeatures = Texts(ref reader); break;
            case "writerFeatures": WriterFeatures = Texts(ref reader); break;
            case "domain": Domain = Text(ref reader); break;
            case "removed": Removed = Truth(ref reader); break;
            default:
                reader.Read();
                reader.Skip();
                break;
        }
    }

    /// <summary>A map in <c>metaData</c>, a text in <c>domainMetadata</c>.</summary>
    private void ReadConfiguration(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        ahead.Read();
        if (ahead.TokenType == JsonTokenType.StartObject)
        {
            Configuration = Map(ref reader);
        }
        else
        {
            ConfigurationText = Text(ref reader);
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64();
    }

    private static bool? Truth(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();
    }

    private static List<string>? Texts(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(ref reader, JsonTokenType.StartArray);
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.GetString() ?? throw new JsonException("expected a text, seen null."));
        }

        return texts;
    }

    private static IReadOnlyDictionary<string, string?>? Map(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(ref reader, JsonTokenType.StartObject);
        Dictionary<string, string?>? map = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (map ??= new Dictionary<string, string?>(StringComparer.Ordinal))[reader.GetString()!] = Text(ref reader);
        }

        return map ?? NoValues;
    }

    private static DeletionVectorDescriptor? Vector(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(ref reader, JsonTokenType.StartObject);
        string? storage = null;
        string? place = null;
        long? offset = null;
        long? size = null;
        long? cardinality = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "storageType": storage = Text(ref reader); break;
                case "pathOrInlineDv": place = Text(ref reader); break;
                case "offset": offset = Number(ref reader); break;
                case "sizeInBytes": size = Number(ref reader); break;
                case "cardinality": cardinality = Number(ref reader); break;
                default:
                    reader.Read();
                    reader.Skip();
                    break;
            }
        }

        return new DeletionVectorDescriptor
        {
            StorageType = storage ?? throw Missing("storageType"),
            PathOrInlineDv = place ?? throw Missing("pathOrInlineDv"),
            Offset = (int?)offset,
            SizeInBytes = (int)(size ?? throw Missing("sizeInBytes")),
            Cardinality = cardinality ?? throw Missing("cardinality"),
        };
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token)
        {
            throw new JsonException($"expected {token}, seen {reader.TokenType}.");
        }
    }

    private static JsonException Missing(string name) => new($"'{name}' is missing.");
}
