using Temporalio.Common;

namespace Temporalio.Runtime;

/// <summary>Picks the meter of a runtime from its options.</summary>
internal static class MetricMeterFactory
{
    private const string ServiceName = "temporal-core-sdk";

    internal static MetricMeter Create(MetricsOptions? options)
    {
        if (options?.CustomMetricMeter is not { } custom)
        {
            return NoMetricMeter.Instance;
        }

        var tags = (options.GlobalTags ?? []).Select(t => KeyValuePair.Create(t.Key, (object)t.Value)).ToList();
        if (options.AttachServiceName)
        {
            tags.Add(new("service_name", ServiceName));
        }

        var format = options.CustomMetricMeterOptions?.HistogramDurationFormat ?? CustomMetricMeterOptions.DurationFormat.IntegerMilliseconds;
        return new CustomMeter(custom, format, custom.CreateTags(null, tags));
    }
}
