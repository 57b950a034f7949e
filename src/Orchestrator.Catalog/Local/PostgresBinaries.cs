namespace Orchestrator.Catalog.Local;

/// <summary>Where Postgres' programs lie: <c>ORCHESTRATOR_POSTGRES</c>, else <c>.native/postgres-*</c> in a folder above the program.</summary>
public static class PostgresBinaries
{
    /// <summary>Variable that names the folder with <c>bin/postgres</c>.</summary>
    public const string Variable = "ORCHESTRATOR_POSTGRES";

    /// <summary>The folder with <c>bin/postgres</c> and <c>bin/initdb</c>.</summary>
    /// <exception cref="CatalogException">There is none.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return Check(given, $"the variable {Variable}");
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var native = Path.Combine(folder.FullName, ".native");
            if (Directory.Exists(native) && Directory.EnumerateDirectories(native, "postgres-*").Order(StringComparer.Ordinal).LastOrDefault(d => File.Exists(Path.Combine(d, "bin", "postgres"))) is { } found)
            {
                return found;
            }
        }

        throw new CatalogException($"Postgres was found neither in {Variable} nor as .native/postgres-*/bin/postgres above '{AppContext.BaseDirectory}'.\nHelp: run infra/bootstrap.sh, it fetches it; or give a connection string.");
    }

    internal static string Check(string folder, string origin) =>
        File.Exists(Path.Combine(folder, "bin", "postgres"))
            ? folder
            : throw new CatalogException($"There is no bin/postgres in '{folder}', which {origin} names.\nHelp: name the folder that holds 'bin' with postgres and initdb.");
}
