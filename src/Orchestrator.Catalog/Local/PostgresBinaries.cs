using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Catalog.Local;

/// <summary>Where Postgres' programs lie: <c>ORCHESTRATOR_POSTGRES</c>, else <c>.native/postgres-*</c> in a folder above the program.</summary>
public static class PostgresBinaries
{
    /// <summary>Variable that names the folder with <c>bin/postgres</c>.</summary>
    public const string Variable = "ORCHESTRATOR_POSTGRES";

    private const string Cache = "/var/cache/orchestrator";

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

    /// <summary>The same programs where an ordinary account can run them: a copy under /var/cache where the folder lies inside one that only root may enter.</summary>
    internal static async Task<string> ReachableAsync(string folder, CancellationToken cancellationToken)
    {
        if (ServerAccount.CanReach(Path.Combine(folder, "bin", "postgres")))
        {
            return folder;
        }

        var program = new FileInfo(Path.Combine(folder, "bin", "postgres"));
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{program.FullName} {program.Length} {program.LastWriteTimeUtc.Ticks}")))[..12];
        var copy = Path.Combine(Cache, $"{Path.GetFileName(folder)}-{mark}");
        if (!Directory.Exists(copy))
        {
            Directory.CreateDirectory(Cache);
            var part = $"{copy}.{Guid.NewGuid():N}";
            await ServerProcess.RunAsync(["cp", "-a", folder, part], account: null, [], cancellationToken).ConfigureAwait(false);
            try
            {
                Directory.Move(part, copy);
            }
            catch (IOException) when (Directory.Exists(copy))
            {
                // Another process has copied them at the same time.
                Directory.Delete(part, recursive: true);
            }
        }

        return copy;
    }

    internal static string Check(string folder, string origin) =>
        File.Exists(Path.Combine(folder, "bin", "postgres"))
            ? folder
            : throw new CatalogException($"There is no bin/postgres in '{folder}', which {origin} names.\nHelp: name the folder that holds 'bin' with postgres and initdb.");
}
