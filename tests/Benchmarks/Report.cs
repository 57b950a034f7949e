using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Benchmarks;

/// <summary>Runs the suites that were asked for and prints what they measured.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Returns the exit code: 0 when every suite ran, 2 for a name that is no suite.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, Func<CancellationToken, Task<IReadOnlyList<BenchFigure>>>> suites,
        IReadOnlyList<string> wanted,
        CancellationToken cancellationToken)
    {
        var unknown = wanted.Where(name => !suites.Keys.Any(suite => IsOf(suite, name))).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync(
                $"bench: no benchmark '{string.Join("', '", unknown)}'. Help: there is {string.Join(", ", suites.Keys)}; without a name all of them run.");
            return 2;
        }

        var figures = new List<BenchFigure>();
        foreach (var (name, run) in suites)
        {
            if (wanted.Count > 0 && !wanted.Any(word => IsOf(name, word)))
            {
                continue;
            }

            await Console.Error.WriteLineAsync($"bench: measuring {name} ...");
            foreach (var figure in await run(cancellationToken))
            {
                figures.Add(figure);
                Console.WriteLine(JsonSerializer.Serialize(Rounded(figure), Json));
            }
        }

        Console.WriteLine();
        Console.WriteLine(Table(figures));
        return 0;
    }

    /// <summary><c>server</c> stands for all of <c>server.load</c>, <c>server.list</c> and so on.</summary>
    private static bool IsOf(string suite, string word) => suite == word || suite.StartsWith(word + ".", StringComparison.Ordinal);

    private static BenchFigure Rounded(BenchFigure figure) => figure with
    {
        Value = Math.Round(figure.Value, 3),
        BaselineValue = figure.BaselineValue is { } value ? Math.Round(value, 3) : null,
        Ratio = figure.Ratio is { } ratio ? Math.Round(ratio, 5) : null,
    };

    private static string Table(IReadOnlyList<BenchFigure> figures)
    {
        var rows = figures.Select(figure => new[]
        {
            figure.Name, Number(figure.Value), figure.Unit, figure.Baseline ?? "", Number(figure.BaselineValue), Number(figure.Ratio),
        }).Prepend(["figure", "value", "unit", "beside", "its value", "ratio"]).ToArray();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column is 1 or 4 or 5 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("N1", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
