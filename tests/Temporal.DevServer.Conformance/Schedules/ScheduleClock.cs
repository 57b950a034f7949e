using System.Globalization;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>Times of a behaviour recording: seconds after a start that lies on a whole multiple of the interval.</summary>
public sealed partial class ScheduleClock
{
    private ScheduleClock(DateTime origin) => Origin = origin;

    /// <summary>The start, UTC.</summary>
    public DateTime Origin { get; }

    /// <summary>Seconds since the start.</summary>
    public double Now => (DateTime.UtcNow - Origin).TotalSeconds;

    /// <summary>A clock whose start is the next multiple of the interval that leaves time to get ready.</summary>
    public static ScheduleClock Ahead(int intervalSeconds)
    {
        var soon = (long)Math.Ceiling((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds + 1);
        return new(DateTime.UnixEpoch.AddSeconds((soon + intervalSeconds - 1) / intervalSeconds * intervalSeconds));
    }

    /// <summary>Waits for the time.</summary>
    public Task WaitAsync(double at) => Task.Delay(TimeSpan.FromSeconds(Math.Max(0, at - Now)));

    /// <summary>The time as requests write it.</summary>
    public string Text(double at) => Origin.AddSeconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A text with times near the start in the recordings' form, in whole seconds; what was recorded with a fraction loses it.</summary>
    public string Named(string text) => Fraction().Replace(
        Real().Replace(text, m => DateTime.Parse(m.Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) is var time &&
            Math.Abs((time - Origin).TotalSeconds) < 7200 ? FormattableString.Invariant($"<t={Math.Floor((time - Origin).TotalSeconds)}>") : m.Value),
        m => $"<t={m.Groups[1].Value}>");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Real();

    [GeneratedRegex(@"<t=(-?\d+)(?:\.\d+)?>")]
    private static partial Regex Fraction();
}
