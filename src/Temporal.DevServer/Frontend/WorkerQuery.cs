using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Worker.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Filters of worker lists: the grammar of visibility queries over what workers say of themselves.</summary>
internal static class WorkerQuery
{
    private static readonly Dictionary<string, Func<WorkerHeartbeat, string>> Texts = new(StringComparer.Ordinal)
    {
        ["WorkerInstanceKey"] = w => w.WorkerInstanceKey,
        ["WorkerIdentity"] = w => w.WorkerIdentity,
        ["HostName"] = w => w.HostInfo?.HostName ?? "",
        ["TaskQueue"] = w => w.TaskQueue,
        ["DeploymentName"] = w => w.DeploymentVersion?.DeploymentName ?? "",
        ["BuildId"] = w => w.DeploymentVersion?.BuildId ?? "",
        ["SdkName"] = w => w.SdkName,
        ["SdkVersion"] = w => w.SdkVersion,
        ["WorkerStatus"] = w => w.Status.ToString(),
        ["status"] = w => w.Status.ToString(),
    };

    private static readonly Dictionary<string, Func<WorkerHeartbeat, DateTime?>> Times = new(StringComparer.Ordinal)
    {
        ["StartTime"] = w => w.StartTime?.ToDateTime(),
        ["HeartbeatTime"] = w => w.HeartbeatTime?.ToDateTime(),
    };

    /// <summary>A test for workers; an empty query takes all.</summary>
    public static Func<WorkerHeartbeat, bool> Parse(string query)
    {
        if (query.Trim().Length == 0)
        {
            return _ => true;
        }

        try
        {
            var where = QueryParser.Parse(query).Where ?? throw ServiceErrors.InvalidArgument("operation is not supported: 'where' clause is missing");
            return worker => Holds(where, worker);
        }
        catch (VisibilityQueryException e)
        {
            throw ServiceErrors.InvalidArgument("malformed query: " + e.Message[(e.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }
    }

    private static bool Holds(Expr expression, WorkerHeartbeat worker) => expression switch
    {
        Expr.And and => and.Items.All(e => Holds(e, worker)),
        Expr.Or or => or.Items.Any(e => Holds(e, worker)),
        Expr.Paren paren => Holds(paren.Inner, worker),
        Expr.Compare compare => Compare(compare, worker),
        Expr.Range range => Between(range, worker),
        Expr.Is test => IsNull(test, worker),
        Expr.Not => throw ServiceErrors.InvalidArgument("operation is not supported: 'not' expression"),
        Expr.Function => throw ServiceErrors.InvalidArgument("operation is not supported: function expression"),
        Expr.Column => throw ServiceErrors.InvalidArgument("incomplete expression"),
        _ => throw ServiceErrors.InvalidArgument($"operation is not supported: expression of type {expression.GoType}"),
    };

    private static bool Compare(Expr.Compare compare, WorkerHeartbeat worker)
    {
        var column = Name(compare.Left);
        var value = compare.Right is Expr.Literal literal ? literal.Text : throw ServiceErrors.InvalidArgument($"invalid value: {compare.Right.GoType}");
        if (Texts.TryGetValue(column, out var text))
        {
            var seen = text(worker);
            return value.Length == 0 ? throw ServiceErrors.InvalidArgument($"{column} cannot be empty") : compare.Operator.ToLowerInvariant() switch
            {
                "=" => seen == value,
                "!=" => seen != value,
                "starts_with" => seen.StartsWith(value, StringComparison.Ordinal),
                "not starts_with" => !seen.StartsWith(value, StringComparison.Ordinal),
                var op => throw ServiceErrors.InvalidArgument($"invalid expression: operation {op} is not supported for {column} column"),
            };
        }

        var compared = Nullable.Compare(Time(column, worker), Moment(column, value));
        return compare.Operator switch
        {
            "=" => compared == 0,
            "!=" => compared != 0,
            ">" => compared > 0,
            ">=" => compared >= 0,
            "<" => compared < 0,
            "<=" => compared <= 0,
            var op => throw ServiceErrors.InvalidArgument($"invalid expression: operation {op} is not supported"),
        };
    }

    private static bool Between(Expr.Range range, WorkerHeartbeat worker)
    {
        var column = Name(range.Left);
        if (range.From is not Expr.Literal from || range.To is not Expr.Literal to)
        {
            throw ServiceErrors.InvalidArgument($"invalid value for {column}");
        }

        return Time(column, worker) is { } seen && (seen >= Moment(column, from.Text) && seen <= Moment(column, to.Text)) != range.Negated;
    }

    private static bool IsNull(Expr.Is test, WorkerHeartbeat worker)
    {
        var column = Name(test.Inner);
        var empty = Texts.TryGetValue(column, out var text) ? text(worker).Length == 0 : Time(column, worker) is null;
        return test.What.Equals("null", StringComparison.OrdinalIgnoreCase)
            ? empty != test.Negated
            : throw ServiceErrors.InvalidArgument("operation is not supported: only IS NULL and IS NOT NULL are supported");
    }

    private static string Name(Expr expression) =>
        expression is Expr.Column column ? column.Name : throw ServiceErrors.InvalidArgument($"invalid filter name: {expression.GoType}");

    private static DateTime? Time(string column, WorkerHeartbeat worker) => Times.TryGetValue(column, out var time)
        ? time(worker)
        : throw ServiceErrors.InvalidArgument($"unknown or unsupported worker heartbeat search field: {column}");

    private static DateTime Moment(string column, string text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime
            : throw ServiceErrors.InvalidArgument($"invalid value for {column}: {text}");
}
