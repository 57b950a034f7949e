namespace Temporalio.Runtime;

/// <summary>Where metrics go and how they are named.</summary>
public class MetricsOptions : ICloneable
{
    /// <summary>Creates options that send metrics nowhere.</summary>
    public MetricsOptions()
    {
    }

    /// <summary>Meter that every metric is handed to. Default: none.</summary>
    public ICustomMetricMeter? CustomMetricMeter { get; set; }

    /// <summary>How metrics are handed to <see cref="CustomMetricMeter"/>. Default: the defaults of the type.</summary>
    public CustomMetricMeterOptions? CustomMetricMeterOptions { get; set; }

    /// <summary>Tags of every metric. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? GlobalTags { get; set; }

    /// <summary>Whether metrics carry the tag <c>service_name</c>. Default: true.</summary>
    public bool AttachServiceName { get; set; } = true;

    /// <summary>Makes a copy, nested options included; the meter is shared.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (MetricsOptions)MemberwiseClone();
        copy.CustomMetricMeterOptions = (CustomMetricMeterOptions?)CustomMetricMeterOptions?.Clone();
        return copy;
    }
}
