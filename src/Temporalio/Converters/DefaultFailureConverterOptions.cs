namespace Temporalio.Converters;

/// <summary>Options of the <see cref="DefaultFailureConverter"/>.</summary>
public class DefaultFailureConverterOptions : ICloneable
{
    /// <summary>
    /// Whether message and stack trace travel as a payload, so that the codec can encrypt them. Default: false; true leaves only
    /// <c>Encoded failure</c> as readable message.
    /// </summary>
    public bool EncodeCommonAttributes { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
