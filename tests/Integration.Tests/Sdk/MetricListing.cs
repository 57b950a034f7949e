using System.Globalization;
using Orchestrator.TestKit;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>What one metric looks like: in the listing recorded from an official SDK, or in a scraped text.</summary>
internal sealed record MetricListing(string Name, string Type, string Help, IReadOnlySet<string> Labels, IReadOnlyList<double> Buckets)
{
    /// <summary>The recorded metrics; the first part has the default names, the second those with suffixes.</summary>
    public static IReadOnlyDictionary<string, MetricListing> Recorded(int part)
    {
        var text = File.ReadAllText(TestPaths.InRepo("tests", "Listings", "sdk-metrics.txt")).Split("==== PART ")[part];
        return text.Split("\n\n").Select(block => block.Trim('\n').Split('\n')).Where(lines => lines.Length > 2 && !lines[0].StartsWith('=')).Select(lines =>
        {
            string Value(string key) => lines.First(l => l.StartsWith($"  {key}: ", StringComparison.Ordinal))[(key.Length + 4)..];
            return new MetricListing(
                lines[0],
                Value("type"),
                Value("help"),
                lines.Where(l => l.StartsWith("  label ", StringComparison.Ordinal)).Select(l => l[8..l.IndexOf(':', StringComparison.Ordinal)]).ToHashSet(),
                lines.Any(l => l.StartsWith("  buckets: ", StringComparison.Ordinal)) ? [.. Value("buckets").Split(' ').Select(Bound)] : []);
        }).ToDictionary(m => m.Name);
    }

    /// <summary>The metrics of a text in Prometheus' format.</summary>
    public static IReadOnlyDictionary<string, MetricListing> Scraped(string text)
    {
        var metrics = new Dictionary<string, MetricListing>();
        foreach (var block in text.Split("# HELP ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.TrimEnd('\n').Split('\n');
            var (name, help) = (lines[0].Split(' ')[0], lines[0][(lines[0].IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var labels = lines.Skip(2).SelectMany(LabelsOf).ToList();
            metrics.Add(name, new(
                name,
                lines[1].Split(' ')[^1],
                help,
                labels.Select(l => l.Key).Where(k => k != "le").ToHashSet(),
                [.. labels.Where(l => l.Key == "le").Select(l => Bound(l.Value)).Distinct()]));
        }

        return metrics;
    }

    /// <summary>Sum of a metric's samples whose labels contain all of these.</summary>
    public static double Sum(string text, string name, params string[] labels) => text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && Array.TrueForAll(labels, l => line.Contains(l, StringComparison.Ordinal)))
        .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    private static IEnumerable<KeyValuePair<string, string>> LabelsOf(string sample)
    {
        var (open, close) = (sample.IndexOf('{', StringComparison.Ordinal), sample.LastIndexOf('}'));
        return open < 0 ? [] : sample[(open + 1)..close].Split("\",").Select(l => l.TrimEnd('"').Split("=\"")).Select(p => KeyValuePair.Create(p[0], p[1]));
    }

    private static double Bound(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}
