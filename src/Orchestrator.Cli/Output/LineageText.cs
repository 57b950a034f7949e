using Orchestrator.Cli.Runs;

namespace Orchestrator.Cli.Output;

/// <summary>Lineage as trees of text.</summary>
internal static class LineageText
{
    public static void Write(LineageDocument document)
    {
        var root = document.Column is null ? document.Dataset : $"{document.Dataset}.{document.Column}";
        Part($"{root} comes from", document.Upstream);
        Part($"{root} goes into", document.Downstream);
        if (document.Columns is { Count: > 0 } columns)
        {
            Console.WriteLine("columns");
            TableText.Write(["column", "depends on"], [.. columns.Select(c => (IReadOnlyList<object?>)[c.Column, string.Join(", ", c.Sources)])]);
        }
    }

    private static void Part(string title, IReadOnlyList<LineageBranch>? branches)
    {
        if (branches is not null)
        {
            Console.WriteLine(branches.Count == 0 ? $"{title} nothing else" : title);
            Branches(branches, "");
            Console.WriteLine();
        }
    }

    private static void Branches(IReadOnlyList<LineageBranch> branches, string indent)
    {
        for (var i = 0; i < branches.Count; i++)
        {
            var isLast = i == branches.Count - 1;
            Console.WriteLine($"{indent}{(isLast ? "└─ " : "├─ ")}{branches[i].Name}{(branches[i].How is { } how ? $" ({how})" : "")}");
            Branches(branches[i].Next, indent + (isLast ? "   " : "│  "));
        }
    }
}
