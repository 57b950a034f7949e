using System.Globalization;

namespace Orchestrator.Cli.Output;

/// <summary>Numbers of things in sentences.</summary>
internal static class Amount
{
    /// <summary>"1 row", "2 rows".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called; with an s for several.</param>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
