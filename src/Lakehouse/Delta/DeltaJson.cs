using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Delta;

/// <summary>
/// Commits from bytes: one JSON object a line. Actions this version does not know, and fields of actions it does not, are passed over. The counterpart is
/// <see cref="DeltaJsonWriter"/>.
/// </summary>
internal static class DeltaJson
{
    /// <summary>Reads a commit's actions.</summary>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a line is not an action; names the file and the line.</exception>
    public static IReadOnlyList<DeltaAction> Read(string file, ReadOnlySpan<byte> commit)
    {
        var actions = new List<DeltaAction>();
        Read(file, commit, withInfo: true, actions.Add);
        return actions;
    }

    /// <summary>Reads the actions that make a table's state; without <paramref name="withInfo"/> all others are passed over unread.</summary>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a line is not an action; names the file and the line.</exception>
    public static void Read(string file, ReadOnlySpan<byte> commit, bool withInfo, Action<DeltaAction> onAction)
    {
        var number = 0;
        while (!commit.IsEmpty)
        {
            number++;
            var end = commit.IndexOf((byte)'\n');
            var line = (end < 0 ? commit : commit[..end]).Trim(" \r\t"u8);
            commit = end < 0 ? [] : commit[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                if (ReadLine(line, withInfo) is { } known)
                {
                    onAction(known);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                throw new LakehouseException("delta.corrupt", $"'{file}' line {number} is not a Delta action: {e.Message} Help: restore the file; the table cannot be read without it.", inner: e);
            }
        }
    }

    /// <summary>The bytes of a commit.</summary>
    public static byte[] Write(IEnumerable<DeltaAction> actions) => DeltaJsonWriter.Write(actions);

    private static DeltaAction? ReadLine(ReadOnlySpan<byte> line, bool withInfo)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected a JSON object.");
        }

        DeltaAction? action = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = Kind(ref reader, withInfo);
            reader.Read();
            if (action is null && kind is not ActionKind.Other && reader.TokenType == JsonTokenType.StartObject)
            {
                action = ReadAction(ref reader, kind);
            }
            else
            {
                reader.Skip();
            }
        }

        // Anything but blanks after the object is no JSON text; the reader says so.
        reader.Read();
        return action;
    }

    private static ActionKind Kind(ref Utf8JsonReader name, bool withInfo) =>
        name.ValueTextEquals("add"u8) ? ActionKind.Add
        : name.ValueTextEquals("remove"u8) ? ActionKind.Remove
        : name.ValueTextEquals("txn"u8) ? ActionKind.Transaction
        : name.ValueTextEquals("metaData"u8) ? ActionKind.Metadata
        : name.ValueTextEquals("protocol"u8) ? ActionKind.Protocol
        : name.ValueTextEquals("domainMetadata"u8) ? ActionKind.DomainMetadata
        : name.ValueTextEquals("sidecar"u8) ? ActionKind.Sidecar
        : name.ValueTextEquals("checkpointMetadata"u8) ? ActionKind.CheckpointMetadata
        : withInfo && name.ValueTextEquals("commitInfo"u8) ? ActionKind.CommitInfo
        : withInfo && name.ValueTextEquals("cdc"u8) ? ActionKind.Cdc
        : ActionKind.Other;

    private static DeltaAction ReadAction(ref Utf8JsonReader reader, ActionKind kind)
    {
        if (kind == ActionKind.CommitInfo)
        {
            return new CommitInfoAction((JsonObject)JsonNode.Parse(ref reader)!);
        }

        var fields = default(ActionFields);
        fields.Read(ref reader);
        return kind switch
        {
            ActionKind.Add => fields.ToAdd(),
            ActionKind.Remove => fields.ToRemove(),
            ActionKind.Transaction => new TransactionAction(Needed(fields.AppId, "appId"), Needed(fields.Version, "version"), fields.LastUpdated),
            ActionKind.Metadata => fields.ToMetadata(),
            ActionKind.Protocol => fields.ToProtocol(),
            ActionKind.DomainMetadata => new DomainMetadataAction(Needed(fields.Domain, "domain"), fields.ConfigurationText ?? "", fields.Removed ?? false),
            ActionKind.Sidecar => new SidecarAction(Needed(fields.Path, "path"), Needed(fields.SizeInBytes, "sizeInBytes"), fields.ModificationTime ?? 0),
            ActionKind.CheckpointMetadata => new CheckpointMetadataAction(Needed(fields.Version, "version")),
            _ => fields.ToCdc(),
        };
    }

    private static string Needed(string? value, string name) => value ?? throw new JsonException($"'{name}' is missing.");

    private static long Needed(long? value, string name) => value ?? throw new JsonException($"'{name}' is missing.");

    private enum ActionKind
    {
        Other,
        Add,
        Remove,
        Transaction,
        Metadata,
        Protocol,
        DomainMetadata,
        Sidecar,
        CheckpointMetadata,
        CommitInfo,
        Cdc,
    }
}
