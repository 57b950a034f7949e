namespace Lakehouse.ObjectStores;

/// <summary>Where objects lie that are read less and less often. All of them can be read at any time.</summary>
public enum StorageTier
{
    /// <summary>Cheaper to keep, dearer to read.</summary>
    Warm,

    /// <summary>Cheapest to keep, dearest to read.</summary>
    Cold,
}
