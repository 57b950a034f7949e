namespace Orchestrator.Activities.Planning;

/// <summary>The code of a pipeline as a run used it, kept to tell later what changed.</summary>
public sealed record CodeSnapshot
{
    /// <summary>The pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Fingerprint over all of it, as it stands in ledger entries.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Version of the engine.</summary>
    public required string Engine { get; init; }

    /// <summary>Its datasets, in graph order.</summary>
    public required IReadOnlyList<DatasetCode> Datasets { get; init; }
}

/// <summary>What made one dataset.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Model">Fingerprint of the model's SQL without comments and layout; empty for a loaded source.</param>
/// <param name="Contract">Fingerprint of the contract's schema.</param>
/// <param name="Settings">Fingerprint of what <c>pipeline.yaml</c> says of it.</param>
/// <param name="Sql">The model as written; null for a loaded source.</param>
/// <param name="ContractText">The contract as written.</param>
public sealed record DatasetCode(string Name, string Model, string Contract, string Settings, string? Sql, string ContractText);
