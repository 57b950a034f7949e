using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lakehouse.DuckDb;

/// <summary>The engine's error texts: which kind they are of, and what of them may be shown.</summary>
internal static partial class ErrorText
{
    /// <summary>Names that texts begin with; a failed preparation gives no number.</summary>
    private static readonly Dictionary<string, DuckDbErrorType> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Parser"] = DuckDbErrorType.Parser,
        ["Catalog"] = DuckDbErrorType.Catalog,
        ["Binder"] = DuckDbErrorType.Binder,
        ["Permission"] = DuckDbErrorType.Permission,
        ["Invalid Input"] = DuckDbErrorType.InvalidInput,
        ["IO"] = DuckDbErrorType.IO,
        ["Conversion"] = DuckDbErrorType.Conversion,
        ["Out of Range"] = DuckDbErrorType.OutOfRange,
        ["Out of Memory"] = DuckDbErrorType.OutOfMemory,
        ["Constraint"] = DuckDbErrorType.Constraint,
        ["INTERRUPT"] = DuckDbErrorType.Interrupt,
        ["Missing Extension"] = DuckDbErrorType.MissingExtension,
        ["Invalid Configuration"] = DuckDbErrorType.InvalidConfiguration,
    };

    public static DuckDbErrorType TypeOf(string message)
    {
        var name = message.StartsWith('{')
            ? Json(message)?["exception_type"]?.GetValue<string>() ?? ""
            : message.IndexOf(" Error: ", StringComparison.Ordinal) is > 0 and var end ? message[..end] : "";
        return Kinds.GetValueOrDefault(name);
    }

    /// <summary>Masks values in the kinds of text that quote rows; texts about names stay whole.</summary>
    public static string WithoutValues(DuckDbErrorType type, string message)
    {
        if (type is not (DuckDbErrorType.Conversion or DuckDbErrorType.OutOfRange or DuckDbErrorType.Constraint or DuckDbErrorType.InvalidInput))
        {
            return message;
        }

        // An instance set to errors_as_json gives an object, which its reader still wants to parse.
        if (message.StartsWith('{') && Json(message) is { } json && json["exception_message"] is JsonValue text)
        {
            json["exception_message"] = Mask(text.GetValue<string>());
            return json.ToJsonString();
        }

        return Mask(message);
    }

    /// <summary>
    /// A value may hold quotes and line ends and may come cut off, so nothing after the first quotation mark is trusted but the engine's own ending that
    /// names types and the column.
    /// </summary>
    private static string Mask(string text)
    {
        if (text.LastIndexOf("\n\nLINE ", StringComparison.Ordinal) is >= 0 and var statement)
        {
            text = text[..statement];
        }

        if (OriginalLine().Match(text) is { Success: true } line)
        {
            text = text[..line.Index] + "Original Line: '";
        }

        return Opening().Match(text) is { Success: true } first ? $"{WithoutNumbers(text[..first.Index])}'***'{Ending().Match(text).Value}" : WithoutNumbers(text);
    }

    /// <summary>Numbers and times are quoted without quotation marks; types and names keep theirs.</summary>
    private static string WithoutNumbers(string text) => NameOrNumber().Replace(text, m => m.Groups["number"].Success ? "***" : m.Value);

    private static JsonObject? Json(string message)
    {
        try
        {
            return JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // An apostrophe within a word ("can't") opens no quotation.
    [GeneratedRegex("(?<![\\p{L}\\p{N}])['\"]")]
    private static partial Regex Opening();

    [GeneratedRegex("(?<=['\"]) to [A-Z0-9_(), ]+(?: when casting from source column [\\p{L}\\p{N}_]+)?\\s*$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"[\p{L}_][\p{L}\p{N}_]*(?:\([0-9]+(?:, ?[0-9]+)?\))?|(?<number>[-+]?[0-9](?:[0-9.,:\- ]*[0-9])?(?:[eE][-+]?[0-9]+)?)")]
    private static partial Regex NameOrNumber();

    [GeneratedRegex("Original Line:")]
    private static partial Regex OriginalLine();
}
