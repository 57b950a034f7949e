namespace Lakehouse.Delta.Transactions;

/// <summary>What a transaction has read, as far as the rules of conflict ask for it. Empty: it appends blindly.</summary>
public sealed class ReadScope
{
    private readonly List<Func<AddFile, bool>> _predicates = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _applications = new(StringComparer.Ordinal);

    /// <summary>Whether any row was read.</summary>
    public bool ReadsRows => _predicates.Count > 0 || _files.Count > 0;

    /// <summary>Whether it was asked for rows wherever they lie, so that rows added later are of interest.</summary>
    public bool HasPredicates => _predicates.Count > 0;

    /// <summary>Whether a file that appears later would have been read.</summary>
    public bool WouldHaveRead(AddFile file) => _predicates.Exists(p => p(file));

    /// <summary>Whether a file of the snapshot was read.</summary>
    public bool HasRead(string path) => _files.Contains(path);

    /// <summary>Whether it was asked how far an application has got.</summary>
    public bool HasReadApplication(string appId) => _applications.Contains(appId);

    internal void AddPredicate(Func<AddFile, bool> mayHold) => _predicates.Add(mayHold);

    internal void AddFiles(IEnumerable<AddFile> files) => _files.UnionWith(files.Select(f => f.Path));

    internal void AddApplication(string appId) => _applications.Add(appId);
}
