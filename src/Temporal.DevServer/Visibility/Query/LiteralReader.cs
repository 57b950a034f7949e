using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Turns the literals of a query into values of the attribute that they are compared with.</summary>
internal static class LiteralReader
{
    /// <summary>
    /// The value: <see cref="string"/>, <see cref="long"/> (also states and times cut to microseconds), <see cref="double"/>,
    /// <see cref="bool"/>, <see cref="NanoTime"/>, or a list of them.
    /// </summary>
    /// <exception cref="VisibilityQueryException">The attribute cannot be compared with it.</exception>
    public static object Read(Expr expr, ResolvedAttribute attribute) => expr switch
    {
        Expr.Literal literal => Convert(Plain(literal), attribute),
        Expr.Boolean boolean => Convert(boolean.Value, attribute),
        Expr.Tuple tuple => tuple.Items.Select(item => Read(item, attribute)).ToList(),
        Expr.Function { Name: "group_concat" } => throw VisibilityQueryException.NotSupported("'group_concat'"),
        Expr.Function => throw VisibilityQueryException.NotSupported("nested func"),
        Expr.Column column => throw VisibilityQueryException.NotSupported(
            $"column name on the right side of comparison expression (did you forget to quote {GoText.Quote(column.Name)}?)"),
        _ => throw VisibilityQueryException.InvalidExpression($"unexpected value type {expr.GoType}"),
    };

    private static object Plain(Expr.Literal literal)
    {
        if (literal.Kind == TokenKind.String || literal.Text.Length == 0)
        {
            return literal.Text;
        }

        if (long.TryParse(literal.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(literal.Text, Real, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real
            : throw VisibilityQueryException.InvalidExpression($"unable to parse value {GoText.Quote(Written(literal))}");
    }

    private static string Written(Expr.Literal literal) => literal.Kind switch
    {
        TokenKind.HexString => $"X'{literal.Text}'",
        TokenKind.BitString => $"B'{literal.Text}'",
        _ => literal.Text,
    };

    private static object Convert(object value, ResolvedAttribute attribute)
    {
        switch (attribute.Name)
        {
            case "ExecutionStatus":
                return Status(value, attribute);
            case "ExecutionDuration":
                return Duration(value, attribute);
        }

        return attribute.Type switch
        {
            IndexedValueType.Int or IndexedValueType.Double when value is long or double => value,
            IndexedValueType.Bool when value is bool => value,
            IndexedValueType.Keyword or IndexedValueType.KeywordList or IndexedValueType.Text when value is string => value,
            IndexedValueType.Datetime when value is long or string => Time(value, attribute),
            _ => throw WrongType(value, attribute),
        };
    }

    private static object Time(object value, ResolvedAttribute attribute)
    {
        var time = NanoTime.FromUnixNanos(value as long? ?? 0);
        if (value is string text && !NanoTime.TryParse(text, out time))
        {
            throw VisibilityQueryException.InvalidExpression($"unable to parse datetime '{text}'");
        }

        return Columns.Time(attribute.Name) is null ? time : time.Micros;
    }

    private static long Status(object value, ResolvedAttribute attribute) => value switch
    {
        long number when number is >= int.MinValue and <= int.MaxValue && Enum.IsDefined((WorkflowExecutionStatus)number) => number,
        long number => throw VisibilityQueryException.InvalidExpression($"invalid ExecutionStatus value {GoText.Value(number)}"),
        string text when StatusNames.TryParse(text, out var status) => (long)status,
        string text => throw VisibilityQueryException.InvalidExpression($"invalid ExecutionStatus value '{text}'"),
        bool => throw WrongType(value, attribute),
        _ => throw VisibilityQueryException.InvalidExpression($"unexpected value type {GoText.Type(value)} for search attribute ExecutionStatus"),
    };

    private static long Duration(object value, ResolvedAttribute attribute) => value switch
    {
        long nanos => nanos,
        string text when TryDuration(text, out var nanos) => nanos,
        string text => throw VisibilityQueryException.InvalidExpression($"invalid duration value for search attribute ExecutionDuration: {text}"),
        bool => throw WrongType(value, attribute),
        _ => throw VisibilityQueryException.InvalidExpression($"unexpected value type {GoText.Type(value)} for search attribute ExecutionDuration"),
    };

    private static bool TryDuration(string text, out long nanos)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out nanos))
        {
            return true;
        }

        try
        {
            nanos = GoDurationText.ParseNanos(text);
            return true;
        }
        catch (FormatException)
        {
            return TryClock(text, out nanos);
        }
    }

    /// <summary>Reads hours, minutes and seconds; hours may be many.</summary>
    private static bool TryClock(string text, out long nanos)
    {
        nanos = 0;
        if (text.Split(':') is not [var h, var m, var s] ||
            !long.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > long.MaxValue / 3600 / 1_000_000_000 - 1 ||
            !int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59 ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 59)
        {
            return false;
        }

        nanos = ((hours * 3600) + (minutes * 60) + seconds) * 1_000_000_000;
        return true;
    }

    private static VisibilityQueryException WrongType(object value, ResolvedAttribute attribute) => VisibilityQueryException.InvalidExpression(
        $"invalid value type for search attribute {attribute.Alias} of type {attribute.Type}: {GoText.Value(value)} (type: {GoText.Type(value)})");
}
