using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <content>Search attributes that the server itself sets.</content>
internal sealed partial class RunState
{
    private const string BuildIds = "BuildIds";
    private const string Problems = "TemporalReportedProblems";
    private const string Unversioned = "unversioned";
    private static readonly Payload UnversionedOnly = List([Unversioned]);

    /// <summary>What keeps the workflow from making progress, empty when nothing does.</summary>
    public IReadOnlyList<string> ReportedProblems { get; private set; } = [];

    /// <summary>Shows the problems, or takes them away. History does not tell of them.</summary>
    public void SetReportedProblems(IReadOnlyList<string> problems)
    {
        ReportedProblems = problems;
        SearchAttributes = problems.Count > 0 ? SearchAttributes.SetItem(Problems, List(problems)) : SearchAttributes.Remove(Problems);
    }

    /// <summary>The build of the worker that completed the last workflow task, if it told one.</summary>
    public WorkerVersionStamp? MostRecentWorker { get; private set; }

    /// <summary>Which workers have completed tasks of the run: each build once, in order of appearance.</summary>
    private void NoteWorker(WorkerVersionStamp? worker)
    {
        var build = worker?.BuildId ?? "";
        MostRecentWorker = build.Length > 0 ? worker : null;
        var known = SearchAttributes.GetValueOrDefault(BuildIds);
        if (known is null && build.Length == 0)
        {
            SearchAttributes = SearchAttributes.Add(BuildIds, UnversionedOnly);
            return;
        }

        string[] builds = known is null ? [] : JsonSerializer.Deserialize<string[]>(known.Data.Span) ?? [];
        string[] all = [.. builds.Append(Unversioned).Concat(build.Length > 0 ? [$"{Unversioned}:{build}"] : []).Distinct()];
        if (all.Length != builds.Length)
        {
            SearchAttributes = SearchAttributes.SetItem(BuildIds, List(all));
        }
    }

    /// <summary>Workers that name their binary instead of a build.</summary>
    private void NoteChecksums()
    {
        var checksums = ResetPoints.Select(p => p.BinaryChecksum).Where(c => c.Length > 0).Distinct().ToList();
        if (checksums.Count > 0)
        {
            SearchAttributes = SearchAttributes.SetItem("BinaryChecksums", List(checksums));
        }
    }

    private static Payload List(IReadOnlyList<string> values)
    {
        var payload = PayloadJson.Json(JsonSerializer.Serialize(values));
        payload.Metadata["type"] = ByteString.CopyFromUtf8(nameof(IndexedValueType.KeywordList));
        return payload;
    }
}
