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

    /// <summary>What of the contract does not hold, one line each: nothing of it may be published. Empty when all holds.</summary>
    public required IReadOnlyList<string> Broken { get; init; }
}
