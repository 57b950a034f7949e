namespace Lakehouse.Contracts;

/// <summary>What reading a contract gave: the contract, or everything that is wrong with it.</summary>
/// <param name="Contract">The contract; null when there are errors.</param>
/// <param name="Errors">All errors in order of place; empty when the contract is sound.</param>
public sealed record ContractParseResult(DataContract? Contract, IReadOnlyList<ContractError> Errors);
