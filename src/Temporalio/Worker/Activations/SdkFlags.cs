using Temporalio.Api.Sdk.V1;

namespace Temporalio.Worker.Activations;

/// <summary>Behaviour flags of a run: recorded in its history, so that a replay behaves as the first time did.</summary>
internal sealed class SdkFlags
{
    /// <summary>Core flag: ids and types of activities and children are compared on replay.</summary>
    public const uint CheckIdsAndTypes = 1;

    /// <summary>Core flag: a patch also upserts the change version attribute.</summary>
    public const uint UpsertPatchAttribute = 2;

    /// <summary>Core flag: closing commands move behind the others.</summary>
    public const uint MoveTerminalCommands = 3;

    /// <summary>Core flag: empty tasks are merged only when that is certain.</summary>
    public const uint ImprovedHeartbeat = 4;

    /// <summary>Language flag: the completion is moved to the end; honoured only on replay of old histories.</summary>
    public const uint ReorderCompletion = 1;

    /// <summary>Language flag: all jobs first, then the loop.</summary>
    public const uint ModernEventLoop = 2;

    private static readonly uint[] CoreOfNewRuns = [CheckIdsAndTypes, UpsertPatchAttribute, MoveTerminalCommands, ImprovedHeartbeat];

    private readonly HashSet<uint> _core = [];
    private readonly HashSet<uint> _lang = [];
    private readonly List<uint> _newCore = [];
    private readonly List<uint> _newLang = [];
    private string _lastName = string.Empty;
    private string _lastVersion = string.Empty;

    /// <summary>Whether another language's SDK wrote the history. Its tasks take fewer turns of the loop to end.</summary>
    public bool IsOfOtherSdk => _lastName.Length > 0 && _lastName != SdkIdentity.Name;

    public bool HasCore(uint flag) => _core.Contains(flag);

    public bool HasLang(uint flag) => _lang.Contains(flag);

    /// <summary>Takes over what a completed task recorded.</summary>
    public void Learn(WorkflowTaskCompletedMetadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        _core.UnionWith(metadata.CoreUsedFlags);
        _lang.UnionWith(metadata.LangUsedFlags);
        _lastName = metadata.SdkName.Length > 0 ? metadata.SdkName : _lastName;
        _lastVersion = metadata.SdkVersion.Length > 0 ? metadata.SdkVersion : _lastVersion;
    }

    /// <summary>Sets the flags of a run that has not completed a task yet.</summary>
    public void UseAllCore()
    {
        foreach (var flag in CoreOfNewRuns)
        {
            if (_core.Add(flag))
            {
                _newCore.Add(flag);
            }
        }
    }

    /// <summary>Whether a language flag holds; on new steps it is set.</summary>
    public bool TryUseLang(uint flag, bool isReplaying)
    {
        if (_lang.Contains(flag))
        {
            return true;
        }

        if (isReplaying)
        {
            return false;
        }

        _lang.Add(flag);
        _newLang.Add(flag);
        return true;
    }

    /// <summary>What the next completion reports: flags that are new and the SDK when it changed.</summary>
    public WorkflowTaskCompletedMetadata TakeReport()
    {
        var report = new WorkflowTaskCompletedMetadata();
        report.CoreUsedFlags.AddRange(_newCore);
        report.LangUsedFlags.AddRange(_newLang);
        _newCore.Clear();
        _newLang.Clear();
        if (_lastName != SdkIdentity.Name)
        {
            report.SdkName = _lastName = SdkIdentity.Name;
        }

        if (_lastVersion != SdkIdentity.Version)
        {
            report.SdkVersion = _lastVersion = SdkIdentity.Version;
        }

        return report;
    }
}
