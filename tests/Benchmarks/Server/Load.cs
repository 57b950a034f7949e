using System.Diagnostics;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Keeps a number of operations in flight and counts.</summary>
internal static class Load
{
    /// <summary>Operations per second while <paramref name="inFlight"/> of them are always under way for this long.</summary>
    public static async Task<double> PerSecondAsync(int inFlight, TimeSpan duration, Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(
            async () =>
            {
                while (clock.Elapsed < duration)
                {
                    await operation(cancellationToken);
                    Interlocked.Increment(ref done);
                }
            },
            cancellationToken)));
        return done / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The middle of several windows, so that one disturbed window does not count.</summary>
    public static async Task<double> MedianPerSecondAsync(
        int windows, int inFlight, TimeSpan duration, Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        var rates = new double[windows];
        for (var window = 0; window < windows; window++)
        {
            rates[window] = await PerSecondAsync(inFlight, duration, operation, cancellationToken);
        }

        return Percentile(rates, 0.5);
    }

    /// <summary>The value below which this share of the values lies.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}
