namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>The cases of a group and what differed in them.</summary>
internal sealed class CaseList(string filter)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _failed = new(StringComparer.Ordinal);

    public int Total { get; private set; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Failed => _failed;

    /// <summary>Judges a case by the differences that it adds.</summary>
    public async Task RunAsync(string id, Func<List<string>, Task> judge)
    {
        if (!id.Contains(filter, StringComparison.Ordinal))
        {
            return;
        }

        Total++;
        var differences = new List<string>();
        try
        {
            await judge(differences);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            differences.Add($"{e.GetType().Name} {e.Message}");
        }

        if (differences.Count > 0)
        {
            _failed[id] = differences;
        }
    }
}
