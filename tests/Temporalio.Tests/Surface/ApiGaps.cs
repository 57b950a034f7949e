using System.Text;

namespace Temporalio.Tests.Surface;

/// <summary>What of the official package is not there, by reason; the file <c>docs/specs/sdk-gaps.md</c>.</summary>
internal static class ApiGaps
{
    private static readonly (string Reason, string[] Marks)[] Reasons =
    [
        ("Nexus: needs the NexusRpc package and the Nexus messages, neither of which this tree has", ["Nexus"]),
        ("Cloud control plane: its messages are not in the tree", ["Cloud"]),
        ("Signal-with-start from a workflow (experimental): an operation of the server's own Nexus endpoint", ["SignalWithStartWorkflow"]),
        ("Time-skipping test server", ["TimeSkipping", "TestServer"]),
        ("Exporters and log forwarding of the native core", ["Prometheus", "OpenTelemetry", "LogForwarding", "LoggingOptions", "Runtime.TelemetryOptions.Logging", "TelemetryFilter", "WorkerHeartbeatInterval", "DisableEnvironmentInfo", "MetricPrefix"]),
        ("Listed by rule only: the compiler makes no Deconstruct for a record without parameters, so the official package has none either", ["Deconstruct() -> void"]),
        ("The rest", [""]),
    ];

    public static string Render(IReadOnlyList<PackageSurface> packages)
    {
        var text = new StringBuilder();
        text.Append("# What the SDK does not have yet\n\n");
        text.Append("This file is generated from the listings of the official packages' public members, version 1.18.0, by the test ");
        text.Append("`PublicApiTests` (set `UPDATE_SDK_GAPS=1` and run it to write the file anew). Everything not listed here is present with the ");
        text.Append("same names, parameter names and accessors; nothing is public that the official packages do not have.\n\n");
        text.Append("| package | entries | present | missing | of those Nexus |\n|---|---|---|---|---|\n");
        foreach (var package in packages)
        {
            var nexus = package.Missing.Count(l => ReasonOf(l) == Reasons[0].Reason);
            text.Append($"| {package.Name} | {package.Listed.Count} | {package.Listed.Count - package.Missing.Count} | {package.Missing.Count} | {nexus} |\n");
        }

        foreach (var group in packages.SelectMany(p => p.Missing).GroupBy(ReasonOf).OrderBy(g => Array.FindIndex(Reasons, r => r.Reason == g.Key)))
        {
            text.Append($"\n## {group.Key} ({group.Count()})\n\n");
            foreach (var line in group.Order(StringComparer.Ordinal))
            {
                text.Append($"- `{line}`\n");
            }
        }

        return text.ToString();
    }

    public static IReadOnlySet<string> ReadKnown(string path) => File.Exists(path)
        ? File.ReadLines(path).Where(l => l.StartsWith("- `", StringComparison.Ordinal)).Select(l => l[3..^1]).ToHashSet(StringComparer.Ordinal)
        : new HashSet<string>();

    /// <summary>Share of a package's entries that are missing, Nexus aside.</summary>
    public static double ShareMissing(PackageSurface package) =>
        package.Missing.Count(l => ReasonOf(l) != Reasons[0].Reason) / (double)package.Listed.Count;

    private static string ReasonOf(string line) => Reasons.First(r => r.Marks.Any(m => line.Contains(m, StringComparison.Ordinal))).Reason;
}
