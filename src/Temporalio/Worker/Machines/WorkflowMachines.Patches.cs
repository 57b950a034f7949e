using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <content>Patches: a marker per id, and a search attribute that lists the ids of the run.</content>
internal sealed partial class WorkflowMachines
{
    private const string PatchMarker = "core_patch";
    private const string PatchDetails = "patch-data";
    private const int LongestAttributeBytes = 2048;

    private static readonly SearchAttributeKey<IReadOnlyCollection<string>> ChangeVersion =
        SearchAttributeKey.CreateKeywordList("TemporalChangeVersion");

    private readonly Dictionary<string, bool> _patchesInHistory = new(StringComparer.Ordinal);
    private readonly HashSet<string> _patchesSet = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _patchIds = new(StringComparer.Ordinal);
    private readonly HashSet<long> _skippedUpserts = [];

    private void LookAtMarker(HistoryEvent e, int index)
    {
        switch (e.MarkerRecordedEventAttributes.MarkerName)
        {
            case PatchMarker:
                var (id, _) = ReadPatch(e.MarkerRecordedEventAttributes);
                _patchesInHistory[id] = IsChangeVersionUpsert(index + 1);
                _jobs.Add(new ActivationJob.NotifyPatch(id));
                break;
            case LocalActivityMarker:
                _localResults.Add(LocalActivityResult.Read(e));
                break;
        }
    }

    private void SetPatch(WorkflowCommand.SetPatchMarker patch)
    {
        var upsertInHistory = false;
        if (_patchesSet.Contains(patch.PatchId) || (IsReplaying && !_patchesInHistory.TryGetValue(patch.PatchId, out upsertInHistory)))
        {
            return;
        }

        _patchesSet.Add(patch.PatchId);
        _patchIds.Add(patch.PatchId);
        Enqueue(new PendingCommand(
            new()
            {
                CommandType = CommandType.RecordMarker,
                RecordMarkerCommandAttributes = new() { MarkerName = PatchMarker, Details = { [PatchDetails] = new() { Payloads_ = { WritePatch(patch) } } } },
            },
            null,
            $"patch marker '{patch.PatchId}'") { Key = patch.PatchId });
        var attribute = SearchAttributePayload.Encode(ChangeVersion, _patchIds.ToArray());
        if (IsReplaying ? upsertInHistory : _flags.HasCore(SdkFlags.UpsertPatchAttribute) && attribute.Data.Length <= LongestAttributeBytes)
        {
            Enqueue(
                new()
                {
                    CommandType = CommandType.UpsertWorkflowSearchAttributes,
                    UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = new() { IndexedFields = { [ChangeVersion.Name] = attribute } } },
                },
                $"upsert of '{ChangeVersion.Name}' for patch '{patch.PatchId}'");
        }
    }

    /// <summary>A deprecated patch may be gone from the code: its marker and its upsert are passed over.</summary>
    private bool TrySkipDeprecatedPatch(HistoryEvent e, int index)
    {
        if (e.MarkerRecordedEventAttributes.MarkerName != PatchMarker)
        {
            return false;
        }

        var (id, deprecated) = ReadPatch(e.MarkerRecordedEventAttributes);
        var next = _queueHead < _queue.Count ? _queue[_queueHead] : null;
        if (next?.Key == id && next.Command.CommandType == CommandType.RecordMarker)
        {
            return false;
        }

        if (!deprecated)
        {
            throw Nondeterminism.Unexpected(e, $"patch marker '{id}', which is not deprecated", next);
        }

        _patchIds.Add(id);
        if (IsChangeVersionUpsert(index + 1))
        {
            _skippedUpserts.Add(_events[index + 1].EventId);
        }

        return true;
    }

    private void CheckMarker(HistoryEvent e, PendingCommand next)
    {
        var attributes = e.MarkerRecordedEventAttributes;
        Same(e, "marker", attributes.MarkerName, next.Command.RecordMarkerCommandAttributes.MarkerName);
        if (next.LocalActivity is { } local)
        {
            CheckLocalMarker(e, local);
        }
    }

    private bool IsChangeVersionUpsert(int index) =>
        index < _events.Count && _events[index].EventType == EventType.UpsertWorkflowSearchAttributes
        && _events[index].UpsertWorkflowSearchAttributesEventAttributes.SearchAttributes?.IndexedFields.ContainsKey(ChangeVersion.Name) == true;

    private static Payload WritePatch(WorkflowCommand.SetPatchMarker patch) =>
        JsonPayload(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["id"] = patch.PatchId, ["deprecated"] = patch.Deprecated }));

    private static Payload JsonPayload(byte[] json) => new()
    {
        Metadata = { [PayloadEncoding.Key] = ByteString.CopyFromUtf8("json/plain") },
        Data = UnsafeByteOperations.UnsafeWrap(json),
    };

    private static (string Id, bool Deprecated) ReadPatch(MarkerRecordedEventAttributes marker)
    {
        if (marker.Details.TryGetValue(PatchDetails, out var data) && data.Payloads_.Count > 0)
        {
            using var json = JsonDocument.Parse(data.Payloads_[0].Data.Memory);
            return (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("deprecated").GetBoolean());
        }

        // Written before 2023: one payload per field.
        return (JsonSerializer.Deserialize<string>(marker.Details["patch_id"].Payloads_[0].Data.Span)!,
            JsonSerializer.Deserialize<bool>(marker.Details["deprecated"].Payloads_[0].Data.Span));
    }
}
