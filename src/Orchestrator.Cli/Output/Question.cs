namespace Orchestrator.Cli.Output;

/// <summary>Whether a person agrees to what a command is about to do.</summary>
internal static class Question
{
    /// <summary>Asks on the terminal; no when there is none, and for every answer but yes.</summary>
    /// <param name="question">What would be done, as a question.</param>
    public static bool IsAgreed(string question)
    {
        if (Console.IsInputRedirected)
        {
            return false;
        }

        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
