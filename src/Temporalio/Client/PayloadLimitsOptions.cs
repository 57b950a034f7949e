namespace Temporalio.Client;

/// <summary>Sizes above which a payload is logged as large. Above the limits of the namespace nothing is sent.</summary>
public class PayloadLimitsOptions : ICloneable
{
    internal const int DefaultPayloadsWarnSize = 512 * 1024;
    internal const int DefaultMemoWarnSize = 2 * 1024;

    /// <summary>Bytes of a list of arguments or a result above which a warning is logged; 0 for never. Default: 524,288.</summary>
    public int PayloadsWarnSize { get; set; } = DefaultPayloadsWarnSize;

    /// <summary>Bytes of a memo above which a warning is logged; 0 for never. Default: 2,048.</summary>
    public int MemoWarnSize { get; set; } = DefaultMemoWarnSize;

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
