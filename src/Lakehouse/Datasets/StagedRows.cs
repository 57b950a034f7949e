using Lakehouse.Privacy;
using Lakehouse.Quality;

namespace Lakehouse.Datasets;

/// <summary>What an attempt has staged, and what the contract says of it.</summary>
public sealed record StagedRows
{
    /// <summary>Path of the <see cref="StagedManifest"/> in the lake.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>What the checks found. Its rows = passing + quarantined + dropped.</summary>
    public required CheckReport Report { get; init; }

    /// <summary>Records that never became rows; they are in the quarantine as well.</summary>
    public required long Rejects { get; init; }

    /// <summary>Columns with personal or secret values that the contract does not classify.</summary>
    public required IReadOnlyList<PiiFinding> Unclassified { get; init; }

    /// <summary>Checks of severity error that do not hold, one line each. Empty when all hold.</summary>
    public IReadOnlyList<string> Broken => [.. Report.Results.Where(r => !r.IsAcceptable).Select(r => $"{r.Rule}: {r.Message}")];

    /// <summary>Why nobody may let the rows pass: personal values that the contract does not classify. Null when they may be published.</summary>
    public required string? Refusal { get; init; }
}
