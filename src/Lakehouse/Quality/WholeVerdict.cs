namespace Lakehouse.Quality;

/// <summary>What a check of the whole found: a value to compare with the threshold, or a status of its own.</summary>
internal readonly record struct WholeVerdict(string? Value, long Offenders = 0, CheckStatus? Status = null, string? Message = null);
