using System.CommandLine;
using Lakehouse;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document on standard output; everything else goes to standard error.", Recursive = true };

    private static readonly Option<string?> Address = new("--address") { Description = "host:port of a Temporal frontend (TEMPORAL_ADDRESS). Without it the embedded server is used.", Recursive = true };

    private static readonly Option<string?> Namespace = new("--namespace") { Description = "Temporal namespace (TEMPORAL_NAMESPACE). Default: default.", Recursive = true };

    private static readonly Option<string?> Lake = new("--lake") { Description = "Folder of the lake, or s3://bucket/prefix (ORCHESTRATOR_LAKE). Default: .orchestrator/lake.", Recursive = true };

    private static readonly Option<string?> Pipelines = new("--pipelines") { Description = "Folder that holds one folder per pipeline. Default: pipelines.", Recursive = true };

    private static readonly Option<string?> Named = new("--environment") { Description = "Read pipelines with their pipeline.NAME.yaml, and work in that environment's own lake (ORCHESTRATOR_ENVIRONMENT). Default: none.", Recursive = true };

    public static void AddTo(Command root)
    {
        root.Options.Add(Json);
        root.Options.Add(Address);
        root.Options.Add(Namespace);
        root.Options.Add(Lake);
        root.Options.Add(Pipelines);
        root.Options.Add(Named);
    }

    /// <summary>Settings of the call: flags over environment over file over defaults.</summary>
    public static LocalSettings Settings(ParseResult call)
    {
        var settings = SettingsLoader.Load(Environment.CurrentDirectory, Environment.GetEnvironmentVariable, call.GetValue(Named));
        return settings with
        {
            Address = call.GetValue(Address) ?? settings.Address,
            Namespace = call.GetValue(Namespace) ?? settings.Namespace,
            Lake = call.GetValue(Lake) is { } lake ? LakeLocation.Absolute(lake, Environment.CurrentDirectory) : settings.Lake,
            Pipelines = call.GetValue(Pipelines) is { } pipelines ? Path.GetFullPath(pipelines) : settings.Pipelines,
        };
    }
}
