namespace Temporal.DevServer.Visibility.Query;

/// <summary>A whole number or a floating-point one; the two compare exactly, without rounding the whole one.</summary>
internal readonly struct Number : IComparable<Number>, IEquatable<Number>
{
    private readonly long _whole;
    private readonly double _real;
    private readonly bool _isReal;

    private Number(long whole, double real, bool isReal)
    {
        _whole = whole;
        _real = real;
        _isReal = isReal;
    }

    /// <summary>A whole number.</summary>
    public static implicit operator Number(long value) => new(value, 0, false);

    /// <summary>A floating-point number.</summary>
    public static implicit operator Number(double value) => new(0, value, true);

    /// <inheritdoc/>
    public int CompareTo(Number other) => (_isReal, other._isReal) switch
    {
        (false, false) => _whole.CompareTo(other._whole),
        (true, true) => _real.CompareTo(other._real),
        (false, true) => Compare(_whole, other._real),
        _ => -Compare(other._whole, _real),
    };

    /// <inheritdoc/>
    public bool Equals(Number other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        !_isReal ? _whole.GetHashCode()
        : _real is >= -9223372036854775808.0 and < 9223372036854775808.0 && Math.Floor(_real) == _real ? ((long)_real).GetHashCode()
        : _real.GetHashCode();

    private static int Compare(long whole, double real)
    {
        // 2^63 is the first double beyond the range of long; -2^63 is in it.
        if (real >= 9223372036854775808.0)
        {
            return -1;
        }

        if (double.IsNaN(real) || real < -9223372036854775808.0)
        {
            return 1;
        }

        var floor = Math.Floor(real);
        var order = whole.CompareTo((long)floor);
        return order == 0 && real > floor ? -1 : order;
    }
}
