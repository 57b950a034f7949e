using System.Globalization;
using Google.Protobuf;

namespace Temporalio.Runtime.Metrics;

/// <summary>
/// Writes an <c>ExportMetricsServiceRequest</c> of the OpenTelemetry protocol. Its messages are public and frozen, so the few fields that are
/// needed are written by number instead of carrying generated types in this assembly.
/// </summary>
internal sealed class OtlpWriter(bool delta)
{
    private const int Delta = 1;
    private const int Cumulative = 2;

    /// <summary>The request, or null when there is nothing to send.</summary>
    public byte[]? Write(IEnumerable<MetricFamily> families, string? serviceName, DateTime start, DateTime now)
    {
        var metrics = families.Select(f => Metric(f, f.Read(reset: delta), Nanoseconds(start), Nanoseconds(now))).OfType<byte[]>().ToList();
        if (metrics.Count == 0)
        {
            return null;
        }

        var scopeMetrics = Message(m =>
        {
            Bytes(m, 1, Message(scope => Text(scope, 1, "temporal-core-sdk")));
            metrics.ForEach(metric => Bytes(m, 2, metric));
        });
        return Message(request => Bytes(request, 1, Message(resource =>
        {
            if (serviceName is not null)
            {
                Bytes(resource, 1, Message(r => Bytes(r, 1, Attribute("service.name", serviceName))));
            }

            Bytes(resource, 2, scopeMetrics);
        })));
    }

    private byte[]? Metric(MetricFamily family, IReadOnlyList<MetricPoint> points, ulong start, ulong now)
    {
        if (points.Count == 0)
        {
            return null;
        }

        var (field, isHistogram) = family.Kind switch
        {
            MetricKind.Gauge => (5, false),
            MetricKind.Counter => (7, false),
            _ => (9, true),
        };
        var data = Message(d =>
        {
            foreach (var point in points)
            {
                Bytes(d, 1, isHistogram ? HistogramPoint(family, point, start, now) : NumberPoint(family, point, start, now));
            }

            if (family.Kind != MetricKind.Gauge)
            {
                d.WriteTag(2, WireFormat.WireType.Varint);
                d.WriteInt32(delta ? Delta : Cumulative);
            }

            if (family.Kind == MetricKind.Counter)
            {
                d.WriteTag(3, WireFormat.WireType.Varint);
                d.WriteBool(true);
            }
        });
        return Message(m =>
        {
            Text(m, 1, family.Name);
            Text(m, 2, family.Description);
            Text(m, 3, family.Unit);
            Bytes(m, field, data);
        });
    }

    private static byte[] NumberPoint(MetricFamily family, MetricPoint point, ulong start, ulong now) => Message(m =>
    {
        Fixed(m, 2, start);
        Fixed(m, 3, now);
        if (family.IsWhole)
        {
            m.WriteTag(6, WireFormat.WireType.Fixed64);
            m.WriteSFixed64((long)point.Value);
        }
        else
        {
            Number(m, 4, point.Value);
        }

        Attributes(m, 7, point);
    });

    private static byte[] HistogramPoint(MetricFamily family, MetricPoint point, ulong start, ulong now) => Message(m =>
    {
        Fixed(m, 2, start);
        Fixed(m, 3, now);
        Fixed(m, 4, (ulong)point.Count);
        Number(m, 5, point.Value);
        Bytes(m, 6, Message(packed => point.Buckets.ToList().ForEach(count => packed.WriteFixed64((ulong)count))));
        Bytes(m, 7, Message(packed => family.Bounds.ToList().ForEach(packed.WriteDouble)));
        Attributes(m, 9, point);
    });

    private static void Attributes(CodedOutputStream m, int field, MetricPoint point)
    {
        foreach (var (name, value) in point.Tags)
        {
            Bytes(m, field, Attribute(name, value));
        }
    }

    private static byte[] Attribute(string name, object? value) => Message(m =>
    {
        Text(m, 1, name);
        Bytes(m, 2, Message(any =>
        {
            switch (value)
            {
                case bool yes:
                    any.WriteTag(2, WireFormat.WireType.Varint);
                    any.WriteBool(yes);
                    break;
                case long or int or short or byte:
                    any.WriteTag(3, WireFormat.WireType.Varint);
                    any.WriteInt64(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double or float:
                    Number(any, 4, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    any.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    any.WriteString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
                    break;
            }
        }));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(output);
        }

        return buffer.ToArray();
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] content)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
    }

    private static void Text(CodedOutputStream output, int field, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }
    }

    private static void Fixed(CodedOutputStream output, int field, ulong value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteFixed64(value);
    }

    private static void Number(CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    private static ulong Nanoseconds(DateTime time) => (ulong)(time - DateTime.UnixEpoch).Ticks * 100;
}
