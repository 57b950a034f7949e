using System.Text;

namespace Orchestrator.Pipelines.Validation;

/// <summary>One thing wrong with a pipeline, said so that its author can mend it without asking.</summary>
public sealed record SpecError
{
    /// <summary>Absolute path of the file at fault.</summary>
    public required string File { get; init; }

    /// <summary>Line of the fault, from 1; 0 when the whole file is at fault.</summary>
    public int Line { get; init; }

    /// <summary>Column of the fault in characters, from 1; 0 when the whole file is at fault.</summary>
    public int Column { get; init; }

    /// <summary>Place inside the document (<c>datasets.silver.cases.key[0]</c>); empty for a file that is no document.</summary>
    public string Path { get; init; } = "";

    /// <summary>What failed, in one sentence without a final dot.</summary>
    public required string What { get; init; }

    /// <summary>What would have been right. Default: null, the sentence says it.</summary>
    public string? Expected { get; init; }

    /// <summary>What was found instead. Default: null, the sentence says it.</summary>
    public string? Seen { get; init; }

    /// <summary>What to do about it. Default: null, nothing beyond the obvious.</summary>
    public string? Help { get; init; }

    /// <summary>The error as a few lines of text: <c>file:line:column: path: what</c>, then expected, seen and help where known.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(File);
        if (Line > 0)
        {
            text.Append($":{Line}:{Column}");
        }

        text.Append(": ").Append(Path.Length > 0 ? $"{Path}: " : "").Append(What);
        if (Expected is not null)
        {
            text.Append("\n  expected: ").Append(Expected);
        }

        if (Seen is not null)
        {
            text.Append("\n  seen: ").Append(Seen);
        }

        if (Help is not null)
        {
            text.Append("\n  Help: ").Append(Help);
        }

        return text.ToString();
    }
}
