using System.Globalization;
using Lakehouse;
using Orchestrator.Activities.Contracts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Cli.Settings;

/// <summary>Reads <c>temporal-dev.yaml</c> and the environment into <see cref="LocalSettings"/>.</summary>
public static class SettingsLoader
{
    /// <summary>Variable that names the environment.</summary>
    public const string EnvironmentVariable = "ORCHESTRATOR_ENVIRONMENT";

    private const string FileName = "temporal-dev.yaml";

    private static readonly string[] Known =
    [
        "temporal.address", "temporal.namespace", "temporal.ip", "temporal.port", "temporal.metrics_port", "temporal.database",
        "worker.task_queue", "worker.pipelines", "worker.max_concurrent_activities", "worker.price_step_hour", "worker.price_gibibyte", "lake", "catalog", "logs",
    ];

    /// <summary>Where an environment's work lies: never the same place as that of another, so the file of none says it for all.</summary>
    private static readonly string[] Places = ["temporal.address", "temporal.namespace", "temporal.database", "lake", "catalog", "logs"];

    /// <summary>Loads the settings of a call made in <paramref name="folder"/>.</summary>
    /// <param name="folder">The calling folder.</param>
    /// <param name="variable">Reads an environment variable; null when it is unset.</param>
    /// <param name="environment">The environment that the call names. Default: null, the one of <see cref="EnvironmentVariable"/>.</param>
    /// <exception cref="UsageException">A file or the environment's name is not valid; names file and line.</exception>
    public static LocalSettings Load(string folder, Func<string, string?> variable, string? environment = null)
    {
        environment = EnvironmentName(environment ?? (variable(EnvironmentVariable) is { Length: > 0 } named ? named : null));
        var values = ReadFile(folder, FileName);
        if (environment is not null)
        {
            foreach (var place in Places)
            {
                values.Remove(place);
            }

            foreach (var (key, value) in ReadFile(folder, $"temporal-dev.{environment}.yaml"))
            {
                values[key] = value;
            }
        }

        var home = environment is null ? ".orchestrator" : $".orchestrator/{environment}";
        var profile = ConnectionProfile.Load();
        string? Value(string key) => values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
        string At(string? path, string fallback) => Path.GetFullPath(path ?? fallback, folder);
        return new LocalSettings
        {
            Environment = environment,
            Address = profile.Address is { Length: > 0 } address ? address : Value("temporal.address"),
            Namespace = profile.Namespace is { Length: > 0 } name ? name : Value("temporal.namespace") ?? "default",
            Connection = profile,
            Ip = Value("temporal.ip") ?? "127.0.0.1",
            Port = Number("temporal.port", Value("temporal.port") ?? "7233"),
            MetricsPort = Value("temporal.metrics_port") is { } metrics ? Number("temporal.metrics_port", metrics) : null,
            Database = At(Value("temporal.database"), $"{home}/temporal.db"),
            Lake = LakeLocation.Absolute(variable("ORCHESTRATOR_LAKE") ?? Value("lake") ?? $"{home}/lake", folder),
            Catalog = CatalogPlace.Check(variable(CatalogPlace.Variable) is { Length: > 0 } given ? given : null, Value("catalog")),
            Logs = At(Value("logs"), $"{home}/logs"),
            Pipelines = At(Value("worker.pipelines"), "pipelines"),
            TaskQueue = Value("worker.task_queue") ?? TaskQueues.Pipelines,
            MaxConcurrentActivities = Number("worker.max_concurrent_activities", Value("worker.max_concurrent_activities") ?? "4"),
            Prices = new PriceList(
                Price("worker.price_step_hour", Value("worker.price_step_hour")) ?? PriceList.Default.StepHour,
                Price("worker.price_gibibyte", Value("worker.price_gibibyte")) ?? PriceList.Default.Gibibyte),
        };
    }

    /// <summary>It becomes part of paths.</summary>
    private static string? EnvironmentName(string? name) => name is null || (name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
        ? name
        : throw new UsageException($"Environment '{name}': expected a name of lower-case letters, digits, '-' and '_'. Help: for example --environment prod, with a file pipeline.prod.yaml beside pipeline.yaml.");

    private static Dictionary<string, string> ReadFile(string folder, string name)
    {
        var file = new[] { folder, LauncherFolder() }.Where(f => f is not null).Select(f => Path.Combine(f!, name)).FirstOrDefault(File.Exists);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (file is null)
        {
            return values;
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(File.ReadAllText(file)));
            foreach (var document in yaml.Documents)
            {
                Flatten(file, document.RootNode, "", values);
            }
        }
        catch (YamlException e)
        {
            throw new UsageException($"'{file}' line {e.Start.Line}: not valid YAML: {e.Message}. Help: compare with the file that ships with the project.");
        }

        return values;
    }

    private static void Flatten(string file, YamlNode node, string path, Dictionary<string, string> values)
    {
        if (node is YamlMappingNode map)
        {
            foreach (var (key, value) in map.Children)
            {
                Flatten(file, value, path.Length == 0 ? $"{key}" : $"{path}.{key}", values);
            }
        }
        else if (node is YamlScalarNode scalar && Known.Contains(path))
        {
            values[path] = scalar.Value ?? "";
        }
        else
        {
            throw new UsageException($"'{file}' line {node.Start.Line}: unknown setting '{path}'. Expected one of: {string.Join(", ", Known)}.");
        }
    }

    private static decimal? Price(string key, string? value) => value is null ? null
        : decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) ? price
        : throw new UsageException($"Setting '{key}': expected a price such as 0.05, seen '{value}'.");

    private static int Number(string key, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"Setting '{key}': expected a whole number, seen '{value}'.");

    /// <summary>The checkout the program was built in, found by its solution file; null for a published program.</summary>
    private static string? LauncherFolder()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
        {
            if (File.Exists(Path.Combine(dir.FullName, "Orchestrator.sln")))
            {
                return dir.FullName;
            }
        }

        return null;
    }
}
