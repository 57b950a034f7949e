using System.Text;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>Enum members as the words that people write: <c>LastGood</c> is <c>last_good</c>.</summary>
internal static class Words
{
    /// <summary>All words of an enum, in its order.</summary>
    public static IReadOnlyList<string> Of<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(Word)];

    /// <summary>The word of one member.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Word(value.ToString());

    /// <summary>The member that a word stands for; null when there is none.</summary>
    public static T? Parse<T>(string? word)
        where T : struct, Enum => word is not null && Enum.GetNames<T>().FirstOrDefault(n => Word(n) == word) is { } name ? Enum.Parse<T>(name) : null;

    private static string Word(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}
