using System.Globalization;

namespace Lakehouse.Contracts;

/// <summary>A comparison of a measured value with one or two limits.</summary>
/// <param name="Operator">The comparison.</param>
/// <param name="Value">The value as text; the lower one of a between.</param>
/// <param name="Upper">The upper value of a between; null otherwise.</param>
public sealed record QualityThreshold(QualityOperator Operator, string Value, string? Upper = null)
{
    /// <summary>No offender at all.</summary>
    public static QualityThreshold Zero { get; } = new(QualityOperator.MustBe, "0");

    /// <summary>True when the measured value satisfies the comparison; a null never does, except for not being something.</summary>
    /// <param name="measured">The measured value as text; null when the query gave null.</param>
    public bool Holds(string? measured)
    {
        if (measured is null)
        {
            return Operator is QualityOperator.MustNotBe;
        }

        if (!TryNumber(measured, out var seen) || !TryNumber(Value, out var value))
        {
            return Operator switch
            {
                QualityOperator.MustBe => string.Equals(measured, Value, StringComparison.Ordinal),
                QualityOperator.MustNotBe => !string.Equals(measured, Value, StringComparison.Ordinal),
                _ => false,
            };
        }

        var upper = Upper is not null && TryNumber(Upper, out var u) ? u : value;
        return Operator switch
        {
            QualityOperator.MustBe => seen == value,
            QualityOperator.MustNotBe => seen != value,
            QualityOperator.MustBeGreaterThan => seen > value,
            QualityOperator.MustBeGreaterOrEqualTo => seen >= value,
            QualityOperator.MustBeLessThan => seen < value,
            QualityOperator.MustBeLessOrEqualTo => seen <= value,
            QualityOperator.MustBeBetween => seen >= Math.Min(value, upper) && seen <= Math.Max(value, upper),
            _ => seen < Math.Min(value, upper) || seen > Math.Max(value, upper),
        };
    }

    /// <summary>The comparison for people: <c>= 0</c>, <c>&gt;= 3</c>, <c>between 1 and 5</c>.</summary>
    public override string ToString() => Operator switch
    {
        QualityOperator.MustBe => $"= {Value}",
        QualityOperator.MustNotBe => $"!= {Value}",
        QualityOperator.MustBeGreaterThan => $"> {Value}",
        QualityOperator.MustBeGreaterOrEqualTo => $">= {Value}",
        QualityOperator.MustBeLessThan => $"< {Value}",
        QualityOperator.MustBeLessOrEqualTo => $"<= {Value}",
        QualityOperator.MustBeBetween => $"between {Value} and {Upper}",
        _ => $"not between {Value} and {Upper}",
    };

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
