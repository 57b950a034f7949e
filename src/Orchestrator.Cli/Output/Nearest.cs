using Lakehouse.Contracts;

namespace Orchestrator.Cli.Output;

/// <summary>What to say about a name that is not there.</summary>
internal static class Nearest
{
    /// <summary>The known name that was probably meant, otherwise another help.</summary>
    /// <param name="name">The name that was given.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="otherwise">The help where none is near, without a final dot.</param>
    public static string Help(string name, IEnumerable<string> known, string otherwise) => $"Help: {DidYouMean.Question(name, known) ?? otherwise + "."}";
}
