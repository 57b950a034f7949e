using System.Globalization;
using System.Text;

namespace Temporalio.Runtime.Metrics;

/// <summary>Writes metrics in Prometheus' text format.</summary>
internal static class PrometheusText
{
    /// <summary>Media type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all metrics that have values.</summary>
    public static string Write(IEnumerable<MetricFamily> families, bool unitSuffix, bool totalSuffix)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            if (family.Read() is { Count: > 0 } points)
            {
                Write(text, family, NameOf(family, unitSuffix, totalSuffix), points);
            }
        }

        return text.ToString();
    }

    private static string NameOf(MetricFamily family, bool unitSuffix, bool totalSuffix)
    {
        var name = new StringBuilder(Sanitize(family.Name));
        if (unitSuffix && family.Unit is { Length: > 0 } unit)
        {
            name.Append('_').Append(unit switch
            {
                SdkMetrics.Milliseconds => "milliseconds",
                SdkMetrics.Seconds => "seconds",
                _ => Sanitize(unit),
            });
        }

        return name.Append(totalSuffix && family.Kind == MetricKind.Counter ? "_total" : string.Empty).ToString();
    }

    private static void Write(StringBuilder text, MetricFamily family, string name, IReadOnlyList<MetricPoint> points)
    {
        var help = (family.Description ?? family.Name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var point in points)
        {
            if (family.Kind != MetricKind.Histogram)
            {
                Sample(text, name, point, null, Number(point.Value));
                continue;
            }

            var below = 0L;
            for (var i = 0; i < point.Buckets.Count; i++)
            {
                below += point.Buckets[i];
                var bound = i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf";
                Sample(text, name + "_bucket", point, bound, below.ToString(CultureInfo.InvariantCulture));
            }

            Sample(text, name + "_sum", point, null, Number(point.Value));
            Sample(text, name + "_count", point, null, point.Count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Sample(StringBuilder text, string name, MetricPoint point, string? bound, string value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (tag, content) in point.Tags)
        {
            Label(Sanitize(tag), Text(content));
        }

        if (bound is not null)
        {
            Label("le", bound);
        }

        text.Append(separator == '{' ? " " : "} ").Append(value).Append('\n');

        void Label(string label, string content)
        {
            text.Append(separator).Append(label).Append("=\"")
                .Append(content.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
            separator = ',';
        }
    }

    private static string Text(object? value) => value switch
    {
        null => string.Empty,
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Sanitize(string name)
    {
        var clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_'));
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
