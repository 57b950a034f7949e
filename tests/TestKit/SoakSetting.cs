using System.Globalization;

namespace Orchestrator.TestKit;

/// <summary>How long a test goes on: a short form unless <c>eng/soak</c> says otherwise.</summary>
public static class SoakSetting
{
    /// <summary>A number from the environment.</summary>
    /// <param name="variable">Name of the variable.</param>
    /// <param name="otherwise">What counts when it is not set.</param>
    /// <exception cref="FormatException">It is set to something else than a whole number.</exception>
    public static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
