using System.Globalization;
using System.Text;

namespace Temporal.DevServer.Metrics;

/// <summary>Counts values by upper bounds.</summary>
internal sealed class Histogram(double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Observe(double value)
    {
        var index = Array.FindIndex(bounds, b => value <= b);
        Interlocked.Increment(ref _counts[index < 0 ? bounds.Length : index]);
        double before;
        do
        {
            before = Volatile.Read(ref _sum);
        }
        while (Interlocked.CompareExchange(ref _sum, before + value, before).CompareTo(before) != 0);
    }

    /// <summary>Writes the buckets, the sum and the count.</summary>
    public void Write(StringBuilder text, string name, string labels)
    {
        var (comma, own) = labels.Length == 0 ? ("", "") : (",", "{" + labels + "}");
        var total = 0L;
        for (var i = 0; i <= bounds.Length; i++)
        {
            total += Interlocked.Read(ref _counts[i]);
            var bound = i == bounds.Length ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {total}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{own} {Volatile.Read(ref _sum)}\n{name}_count{own} {total}\n");
    }
}
