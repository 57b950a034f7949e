using System.Globalization;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Timers;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility;

/// <summary>Turns comparisons of the query language into SQL over the store's tables. Values travel as parameters.</summary>
internal sealed class SqlConditionBuilder(SearchAttributeTypes types)
{
    /// <summary>Holds for rows that are not a part of the server's own machinery.</summary>
    public const string NoDivision = "NOT EXISTS (SELECT 1 FROM search_attributes s WHERE s.run = runs.id AND s.name = 'TemporalNamespaceDivision')";

    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["WorkflowId"] = "workflow_id",
        ["RunId"] = "run_id",
        ["WorkflowType"] = "workflow_type",
        ["TaskQueue"] = "task_queue",
        ["ExecutionStatus"] = "status",
        ["StartTime"] = "start_time",
        ["ExecutionTime"] = "execution_time",
        ["CloseTime"] = "close_time",
        ["HistoryLength"] = "history_length",
        ["HistorySizeBytes"] = "history_size",
        ["ExecutionDuration"] = "(close_time - execution_time)",
        ["StateTransitionCount"] = "transitions",
        ["ParentWorkflowId"] = "parent_workflow_id",
        ["ParentRunId"] = "parent_run_id",
        ["RootWorkflowId"] = "root_workflow_id",
        ["RootRunId"] = "root_run_id",
    };

    // Known only once a run has closed.
    private static readonly HashSet<string> CloseOnly =
        new(["CloseTime", "HistoryLength", "HistorySizeBytes", "ExecutionDuration", "StateTransitionCount"], StringComparer.Ordinal);

    private static readonly string Closed = $"close_time < {VisibilityPosition.Open}";

    public List<object?> Parameters { get; } = [];

    public bool MentionsDivision { get; private set; }

    public string IsNull(string field, bool not)
    {
        var (column, _) = Find(field);
        if (column is null)
        {
            return $"{(not ? "" : "NOT ")}EXISTS ({Lookup(field, null)})";
        }

        return CloseOnly.Contains(field) ? (not ? Closed : $"NOT {Closed}") : $"{column} IS {(not ? "NOT " : "")}NULL";
    }

    public string Compare(string field, string op, QueryToken value)
    {
        var (column, type) = Find(field);
        if (type is IndexedValueType.KeywordList or IndexedValueType.Text && op is not ("=" or "!="))
        {
            throw Unsupported(op, field);
        }

        if (type == IndexedValueType.Bool && op is not ("=" or "!="))
        {
            throw Unsupported(op, field);
        }

        if (type == IndexedValueType.Text)
        {
            return TextMatch(field, op == "!=", Convert(field, type, value));
        }

        return op == "!=" ? Negate(field, column, Test(field, column, "=", Convert(field, type, value))) : Test(field, column, op, Convert(field, type, value));
    }

    public string In(string field, bool not, IReadOnlyList<QueryToken> values)
    {
        var (column, type) = Find(field);
        var list = string.Join(", ", values.Select(v => Parameter(Convert(field, type, v))));
        var test = column is null ? $"EXISTS ({Lookup(field, $"s.value IN ({list})")})" : Guard(field, $"{column} IN ({list})");
        return not ? Negate(field, column, test) : test;
    }

    public string Between(string field, bool not, QueryToken low, QueryToken high)
    {
        var (column, type) = Find(field);
        if (type is IndexedValueType.KeywordList or IndexedValueType.Text or IndexedValueType.Bool)
        {
            throw Unsupported("BETWEEN", field);
        }

        var (from, to) = (Parameter(Convert(field, type, low)), Parameter(Convert(field, type, high)));
        var test = column is null
            ? $"EXISTS ({Lookup(field, $"s.value BETWEEN {from} AND {to}")})"
            : Guard(field, $"{column} BETWEEN {from} AND {to}");
        return not ? Negate(field, column, test) : test;
    }

    public string StartsWith(string field, bool not, QueryToken value)
    {
        var (column, type) = Find(field);
        if (type != IndexedValueType.Keyword || field == "ExecutionStatus")
        {
            throw Unsupported("STARTS_WITH", field);
        }

        var prefix = (string)Convert(field, type, value);
        string Range(string name) => prefix.Length == 0
            ? $"{name} >= ''"
            : $"{name} >= {Parameter(prefix)} AND {name} < {Parameter(prefix + "\U0010ffff")}";
        var test = column is null ? $"EXISTS ({Lookup(field, Range("s.value"))})" : $"({Range(column)})";
        return not ? Negate(field, column, test) : test;
    }

    public ServiceException Unsupported(string op, string field)
    {
        var (_, type) = Find(field);
        return ServiceErrors.InvalidArgument(
            $"invalid query: operation is not supported: operator '{op}' not supported for {type} type search attribute '{field}'");
    }

    private (string? Column, IndexedValueType Type) Find(string field)
    {
        MentionsDivision |= field == "TemporalNamespaceDivision";
        if (Columns.TryGetValue(field, out var column))
        {
            return (column, SearchAttributeTypes.BuiltIn[field]);
        }

        return (null, types.Stored(field) ?? throw ServiceErrors.InvalidArgument($"invalid query: invalid search attribute: {field}"));
    }

    private string Test(string field, string? column, string op, object value) =>
        column is null ? $"EXISTS ({Lookup(field, $"s.value {op} {Parameter(value)}")})" : Guard(field, $"{column} {op} {Parameter(value)}");

    /// <summary>Three-valued logic: a row without the attribute satisfies neither a test nor its negation.</summary>
    private string Negate(string field, string? column, string test) =>
        column is null ? $"(EXISTS ({Lookup(field, null)}) AND NOT {test})" : Guard(field, $"({column} IS NOT NULL AND NOT {test})");

    private static string Guard(string field, string test) => CloseOnly.Contains(field) ? $"({Closed} AND {test})" : test;

    private string Lookup(string field, string? test) =>
        $"SELECT 1 FROM search_attributes s WHERE s.run = runs.id AND s.name = {Parameter(field)}{(test is null ? "" : $" AND {test}")}";

    /// <summary>A text matches when it has every word of the value.</summary>
    private string TextMatch(string field, bool not, object value)
    {
        var words = ((string)value).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        const string Padded = "(' ' || lower(s.value) || ' ')";
        var test = $"EXISTS ({Lookup(field, words.Length == 0 ? "0" : "(" + string.Join(" OR ", words.Select(w => $"instr({Padded}, {Parameter(" " + w + " ")}) > 0")) + ")")})";
        return not ? Negate(field, null, test) : test;
    }

    private string Parameter(object value)
    {
        Parameters.Add(value);
        return $"?{Parameters.Count}";
    }

    private static object Convert(string field, IndexedValueType type, QueryToken value)
    {
        if (field == "ExecutionStatus")
        {
            return Status(value);
        }

        if (field == "ExecutionDuration")
        {
            return Span(value);
        }

        var text = value.Kind == QueryTokenKind.Text;
        switch (type)
        {
            case IndexedValueType.Int when value.Kind == QueryTokenKind.Number &&
                long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            case IndexedValueType.Double when value.Kind == QueryTokenKind.Number &&
                double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real):
                return real;
            case IndexedValueType.Bool when value.Kind == QueryTokenKind.Word:
                return value.Is("true") ? 1L : 0L;
            case IndexedValueType.Datetime when text:
                return SearchAttributeValues.TryTime(value.Text, out var ticks)
                    ? ticks
                    : throw ServiceErrors.InvalidArgument($"invalid query: invalid expression: unable to parse datetime '{value.Text}'");
            case IndexedValueType.Datetime when value.Kind == QueryTokenKind.Number && long.TryParse(value.Text, CultureInfo.InvariantCulture, out var nanos):
                return DateTime.UnixEpoch.Ticks + (nanos / 100);
            case IndexedValueType.Keyword or IndexedValueType.KeywordList or IndexedValueType.Text when text:
                return value.Text;
            default:
                var (shown, kind) = value.Kind switch
                {
                    QueryTokenKind.Text => ($"\"{value.Text}\"", "string"),
                    QueryTokenKind.Number => (value.Text, value.Text.AsSpan().IndexOfAny(".eE") >= 0 ? "float64" : "int64"),
                    _ => (value.Text.ToLowerInvariant(), "bool"),
                };
                throw ServiceErrors.InvalidArgument(
                    $"invalid query: invalid expression: invalid value type for search attribute {field} of type {type}: {shown} (type: {kind})");
        }
    }

    private static object Status(QueryToken value)
    {
        if (value.Kind == QueryTokenKind.Text && Enum.TryParse<WorkflowExecutionStatus>(value.Text, out var status) && !char.IsDigit(value.Text[0]))
        {
            return (long)status;
        }

        if (value.Kind == QueryTokenKind.Number && long.TryParse(value.Text, CultureInfo.InvariantCulture, out var number) &&
            Enum.IsDefined((WorkflowExecutionStatus)number))
        {
            return number;
        }

        var shown = value.Kind == QueryTokenKind.Text ? $"'{value.Text}'" : value.Text;
        throw ServiceErrors.InvalidArgument($"invalid query: invalid expression: invalid ExecutionStatus value {shown}");
    }

    /// <summary>Nanoseconds as a number, or a duration as Go or a clock writes it.</summary>
    private static object Span(QueryToken value)
    {
        if (value.Kind == QueryTokenKind.Number && long.TryParse(value.Text, CultureInfo.InvariantCulture, out var nanos))
        {
            return nanos / 100;
        }

        if (value.Text.Split(':') is [var hours, var minutes, var seconds] && long.TryParse(hours, out var h) && long.TryParse(minutes, out var m) &&
            long.TryParse(seconds, out var s))
        {
            return ((h * 3600) + (m * 60) + s) * TimeSpan.TicksPerSecond;
        }

        try
        {
            return GoDuration.Parse(value.Text).Ticks;
        }
        catch (FormatException)
        {
            throw ServiceErrors.InvalidArgument(
                $"invalid query: invalid expression: invalid duration value for search attribute ExecutionDuration: {value.Text}");
        }
    }
}
