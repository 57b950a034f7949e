namespace Orchestrator.Pipelines.Models;

/// <summary>What a model's SQL says about itself, without looking at any table.</summary>
internal sealed record ParsedModel
{
    /// <summary>Tables that are read, common table expressions left out. The schema is empty where the SQL gives none.</summary>
    public required IReadOnlyList<TableUse> Tables { get; init; }

    /// <summary>Functions in the FROM clause.</summary>
    public required IReadOnlyList<NameUse> TableFunctions { get; init; }

    /// <summary>Functions and keywords whose value depends on the moment or on chance.</summary>
    public required IReadOnlyList<NameUse> Volatile { get; init; }

    /// <summary>The same query without comments and layout.</summary>
    public required string Canonical { get; init; }
}

/// <summary>A table where the SQL names it; the offset counts bytes.</summary>
internal sealed record TableUse(string Schema, string Table, long Offset);

/// <summary>A name where the SQL has it; the offset counts bytes.</summary>
internal sealed record NameUse(string Name, long Offset);
