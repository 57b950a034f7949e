using System.Collections.Concurrent;

namespace Integration.Tests.Kills;

/// <summary>How often each workflow ended as undisturbed under each fault; printed when all is done.</summary>
public sealed class KillTable : IDisposable
{
    private readonly ConcurrentDictionary<(string Workflow, string Fault), int> _counts = new();

    public void Add(string workflow, string fault) => _counts.AddOrUpdate((workflow, fault), 1, (_, n) => n + 1);

    public void Dispose()
    {
        string[] faults = [.. _counts.Keys.Select(k => k.Fault).Distinct().Order(StringComparer.Ordinal)];
        Console.WriteLine($"| ended as undisturbed | {string.Join(" | ", faults)} |");
        foreach (var workflow in _counts.Keys.Select(k => k.Workflow).Distinct().Order(StringComparer.Ordinal))
        {
            Console.WriteLine($"| {workflow} | {string.Join(" | ", faults.Select(f => _counts.GetValueOrDefault((workflow, f))))} |");
        }
    }
}
