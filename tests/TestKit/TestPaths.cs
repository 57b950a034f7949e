using Xunit;

namespace Orchestrator.TestKit;

/// <summary>Where things lie: the checkout, the optional <c>../shared</c> folder beside it, fresh temporary folders.</summary>
public static class TestPaths
{
    /// <summary>The checkout's root: the nearest folder above the test binaries that holds <c>global.json</c>.</summary>
    public static string Repo { get; } = FindRepo();

    /// <summary>A path under <c>../shared</c>; skips the running test with a clear message when it is absent.</summary>
    public static string Shared(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Repo, "..", "shared", .. parts]));
        Assert.SkipUnless(Path.Exists(path), $"'{path}' is absent: this test needs the shared folder beside the checkout.");
        return path;
    }

    /// <summary>A path inside the checkout.</summary>
    public static string InRepo(params string[] parts) => Path.Combine([Repo, .. parts]);

    private static string FindRepo()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
        {
            if (File.Exists(Path.Combine(dir.FullName, "global.json")))
            {
                return dir.FullName;
            }
        }

        throw new InvalidOperationException($"No global.json above '{AppContext.BaseDirectory}'.");
    }
}
