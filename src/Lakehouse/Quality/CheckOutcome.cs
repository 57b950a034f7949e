namespace Lakehouse.Quality;

/// <summary>What the checks of a table mean for its publish.</summary>
public enum CheckOutcome
{
    /// <summary>Everything holds.</summary>
    Passed,

    /// <summary>Only rules of severity warning are broken; no row is kept aside.</summary>
    Warned,

    /// <summary>Rows were kept aside; what is left satisfies the contract.</summary>
    Quarantined,

    /// <summary>What is left does not satisfy the contract: it must not be published.</summary>
    Failed,
}
