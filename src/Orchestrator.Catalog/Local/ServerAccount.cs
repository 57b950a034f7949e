using System.Runtime.InteropServices;

namespace Orchestrator.Catalog.Local;

/// <summary>Whom the server runs as. Postgres refuses root, so root hands it to an ordinary account; everybody else runs it as themselves.</summary>
internal sealed partial record ServerAccount(string Name, int UserId, int GroupId)
{
    /// <summary>The account to change to; null when this process is not root.</summary>
    public static ServerAccount? Find(string? wanted)
    {
        if (Environment.UserName != "root" && GetEffectiveUser() != 0)
        {
            return null;
        }

        string[] candidates = wanted is null ? ["postgres", "nobody"] : [wanted];
        foreach (var candidate in candidates)
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
            {
                if (line.Split(':') is [var name, _, var user, var group, ..] && name == candidate && int.TryParse(user, out var uid) && int.TryParse(group, out var gid) && uid != 0)
                {
                    return new ServerAccount(name, uid, gid);
                }
            }
        }

        throw new CatalogException($"Postgres does not run as root and there is no account {string.Join(" or ", candidates.Select(c => $"'{c}'"))}.\nHelp: create one (useradd --system postgres), or do not run as root.");
    }

    /// <summary>Gives a folder or file to the account.</summary>
    public void Own(string path)
    {
        if (ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new CatalogException($"'{path}' could not be given to account '{Name}': error {Marshal.GetLastPInvokeError()}.\nHelp: choose a folder on a file system that keeps owners.");
        }
    }

    /// <summary>Whether every folder above lets the account pass.</summary>
    public static bool CanReach(string path)
    {
        for (var above = new DirectoryInfo(path).Parent; above is not null; above = above.Parent)
        {
            if (above.Exists && (above.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);
}
