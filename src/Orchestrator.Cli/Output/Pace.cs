using System.Globalization;

namespace Orchestrator.Cli.Output;

/// <summary>How long work will still take, by how long it took so far.</summary>
public static class Pace
{
    /// <summary>Time left of work that goes on at its pace; null before anything is done and after everything is.</summary>
    /// <param name="done">Parts that are done.</param>
    /// <param name="total">All parts.</param>
    /// <param name="elapsed">How long those that are done took, together.</param>
    public static TimeSpan? Left(int done, int total, TimeSpan elapsed) => done <= 0 || done >= total ? null : elapsed / done * (total - done);

    /// <summary>The time as people say it, for example <c>about 3 min left</c>; empty when it is not known.</summary>
    public static string Text(TimeSpan? left) => left is not { } time ? "" : "about " + time.TotalSeconds switch
    {
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(time.TotalSeconds)):0} s left"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalMinutes):0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h left"),
    };
}
