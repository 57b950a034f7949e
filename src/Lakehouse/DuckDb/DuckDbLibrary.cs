namespace Lakehouse.DuckDb;

/// <summary>Where the native library lies: <c>DUCKDB_LIBRARY</c>, else <c>.native/duckdb-*/libduckdb.so</c> in a folder above the program.</summary>
public static unsafe class DuckDbLibrary
{
    private const string Variable = "DUCKDB_LIBRARY";

    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Absolute path of the library.</summary>
    /// <exception cref="LakehouseException"><c>duckdb.library</c>: it is nowhere; names the script that fetches it.</exception>
    public static string Path => Found.Value;

    /// <summary>Version of the library, for example <c>v1.5.6</c>.</summary>
    public static string Version => NativeMethods.Borrowed(NativeMethods.duckdb_library_version());

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
        {
            return File.Exists(configured)
                ? configured
                : throw new LakehouseException("duckdb.library", $"{Variable} names '{configured}', which does not exist. Help: unset it, or point it at libduckdb.so.");
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var native = System.IO.Path.Combine(folder.FullName, ".native");
            if (Directory.Exists(native)
                && Directory.EnumerateDirectories(native, "duckdb-*").Order(StringComparer.Ordinal)
                    .Select(d => System.IO.Path.Combine(d, "libduckdb.so")).LastOrDefault(File.Exists) is { } library)
            {
                return library;
            }
        }

        throw new LakehouseException(
            "duckdb.library",
            $"The DuckDB library was found neither in {Variable} nor as .native/duckdb-*/libduckdb.so above '{AppContext.BaseDirectory}'. Help: run infra/bootstrap.sh, it fetches it.");
    }
}
