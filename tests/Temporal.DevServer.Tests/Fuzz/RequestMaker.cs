using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Temporal.DevServer.Tests.Fuzz;

/// <summary>
/// Makes requests of any type: mostly what a client could send, some of it out of range, missing, swapped or far too long. All choices
/// come from one generator, so a seed repeats them as far as the server's answers repeat.
/// </summary>
internal sealed class RequestMaker(Random random, Pools pools)
{
    private const int Deepest = 6;

    private static readonly string[] Queries =
    [
        "WorkflowType = 'Wf'", "ExecutionStatus = 'Running' AND StartTime > '2020-01-01T00:00:00Z'", "WorkflowId STARTS_WITH 'w'", "CloseTime IS NULL",
        "RunId IN ('a', 'b')", "GROUP BY ExecutionStatus", "((((", "StartTime BETWEEN 1 AND", "NoSuch = 1", "ORDER BY StartTime DESC", "ExecutionStatus != 'Nope'", "'", "`x` = \"y\"",
        "TemporalScheduledById = 's0'", "NOT (WorkflowType = 'Wf' OR WorkflowId = 'w1')",
    ];

    private static readonly string[] Words = ["", "a", "tq0", "tq1", "Wf", "Act", "x y", "%s%n", "../..", "名前", "\u0000", "*", "__temporal_x", "temporal-sys-x", "{}", "-1", "1e9"];

    /// <summary>A request of the type.</summary>
    public IMessage Make(MessageDescriptor type, int depth = 0)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) is not null)
            {
                continue;
            }

            if (random.NextDouble() < Chance(field, depth))
            {
                Fill(message, field, depth);
            }
        }

        return message;
    }

    private double Chance(FieldDescriptor field, int depth) => field.Name switch
    {
        "namespace" or "workflow_id" or "task_token" or "workflow_execution" or "execution" or "task_queue" or "workflow_type" or "name" or "schedule_id" => 0.95,
        _ when field.RealContainingOneof is { } oneof => 1.5 / oneof.Fields.Count,
        _ => depth > 3 ? 0.15 : 0.4,
    };

    private void Fill(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            FillMap(message, field, depth);
        }
        else if (field.IsRepeated)
        {
            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            for (var i = random.Next(4); i > 0; i--)
            {
                if (Value(field, depth) is { } value)
                {
                    list.Add(value);
                }
            }
        }
        else if (Value(field, depth) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private void FillMap(IMessage message, FieldDescriptor field, int depth)
    {
        var map = (System.Collections.IDictionary)field.Accessor.GetValue(message);
        var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
        for (var i = random.Next(3); i > 0; i--)
        {
            if (Value(key, depth) is { } k && Value(value, depth) is { } v)
            {
                map[k] = v;
            }
        }
    }

    private object? Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => Text(field.Name),
        FieldType.Bytes => Bytes(field.Name),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Enum => Enum(field),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)Math.Clamp(Number(field.Name), int.MinValue, int.MaxValue),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)Math.Clamp(Number(field.Name), 0, uint.MaxValue),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number(field.Name),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Math.Max(0, Number(field.Name)),
        FieldType.Double => Real(),
        FieldType.Float => (float)Real(),
        FieldType.Message => Message(field, depth),
        _ => null,
    };

    private object? Message(FieldDescriptor field, int depth)
    {
        if (field.MessageType.File.Name == "google/protobuf/wrappers.proto")
        {
            return Value(field.MessageType.FindFieldByNumber(1), depth); // wrapped values are plain ones in messages
        }

        if (field.MessageType.FullName == "google.protobuf.Duration")
        {
            return new Duration { Seconds = Pick(0, 0, 1, 2, 60, 3600, -1, long.MaxValue, long.MinValue, 315_576_000_000), Nanos = (int)Pick(0, 0, 1_000_000, 999_999_999, -1, int.MaxValue, int.MinValue) };
        }

        if (field.MessageType.FullName == "google.protobuf.Timestamp")
        {
            return new Timestamp { Seconds = Pick(0, 1_700_000_000, 1_800_000_000, -1, long.MaxValue, long.MinValue, 253_402_300_800), Nanos = (int)Pick(0, 1, 999_999_999, -5, int.MaxValue) };
        }

        if (field.MessageType.FullName == "google.protobuf.Any")
        {
            return new Any { TypeUrl = Words[random.Next(Words.Length)], Value = Bytes("any") };
        }

        return depth >= Deepest ? null : Make(field.MessageType, depth + 1);
    }

    private object Enum(FieldDescriptor field)
    {
        var values = field.EnumType.Values;
        var number = random.Next(12) == 0 ? (int)Pick(-1, 99, int.MaxValue) : values[random.Next(values.Count)].Number;
        return System.Enum.ToObject(field.EnumType.ClrType, number);
    }

    private string Text(string name)
    {
        if (random.Next(25) == 0)
        {
            return random.Next(3) switch { 0 => new string('x', random.Next(900, 1200)), 1 => new string('é', 20_000), _ => Words[random.Next(Words.Length)] };
        }

        return name switch
        {
            "namespace" => random.Next(20) == 0 ? "no-such" : "default",
            "workflow_id" => "w" + random.Next(40),
            "run_id" => random.Next(3) == 0 ? pools.Some("run_id") as string ?? "" : random.Next(6) == 0 ? Guid.Empty.ToString() : "",
            "schedule_id" => "s" + random.Next(10),
            "activity_id" or "timer_id" => "i" + random.Next(3),
            "update_id" => "u" + random.Next(5),
            "job_id" => "j" + random.Next(5),
            "name" => "tq" + random.Next(3),
            "query" or "visibility_query" => Queries[random.Next(Queries.Length)],
            "cron_schedule" or "cron_string" => random.Next(3) switch { 0 => "* * * * *", 1 => "@every 1h", _ => "1 2 3" },
            "timezone_name" or "time_zone_name" => random.Next(2) == 0 ? "Europe/Berlin" : "Nowhere",
            "request_id" => random.Next(3) == 0 ? "r" + random.Next(5) : Guid.NewGuid().ToString(),
            "identity" => "fuzz",
            _ => Words[random.Next(Words.Length)],
        };
    }

    private ByteString Bytes(string name)
    {
        if (random.Next(10) > 1 && pools.Some(name is "token" ? "task_token" : name) is ByteString known)
        {
            return random.Next(10) == 0 ? Damage(known) : known;
        }

        var bytes = new byte[random.Next(random.Next(50) == 0 ? 4000 : 30)];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>The bytes with some of them changed, cut off or doubled.</summary>
    public ByteString Damage(ByteString given)
    {
        var bytes = given.ToByteArray().ToList();
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.AddRange(bytes.Skip(at).Take(20).ToList());
                    break;
            }
        }

        return ByteString.CopyFrom([.. bytes]);
    }

    private long Number(string name) => name.EndsWith("event_id", StringComparison.Ordinal) && random.Next(3) > 0
        ? pools.Some("event_id") as long? ?? 3
        : Pick(0, 1, 2, 3, 5, 10, 100, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue);

    private double Real() => random.Next(8) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1, 3 => double.MaxValue, 4 => 0, 5 => 1e-300, _ => random.NextDouble() * 10 };

    private long Pick(params ReadOnlySpan<long> values) => values[random.Next(values.Length)];
}
