using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Temporal.DevServer.Tests.Fuzz;

/// <summary>Values that the server has given out, by field name: requests made of them reach further than random ones.</summary>
internal sealed class Pools
{
    private const int Kept = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<object>> _values = new(StringComparer.Ordinal);
    private readonly Random _random;

    public Pools(int seed) => _random = new Random(seed);

    /// <summary>Takes tokens and ids out of a reply.</summary>
    public void Learn(IMessage reply)
    {
        foreach (var field in reply.Descriptor.Fields.InDeclarationOrder().Where(f => !f.IsRepeated && !f.IsMap))
        {
            var value = field.Accessor.GetValue(reply);
            switch (value)
            {
                case ByteString { Length: > 0 } bytes when field.Name.EndsWith("_token", StringComparison.Ordinal):
                    Add(field.Name, bytes);
                    break;
                case string { Length: > 0 } text when field.Name is "run_id" or "first_execution_run_id" or "original_execution_run_id":
                    Add("run_id", text);
                    break;
                case long number and > 0 when field.Name.EndsWith("event_id", StringComparison.Ordinal):
                    Add("event_id", number);
                    break;
                case IMessage message:
                    Learn(message);
                    break;
            }
        }
    }

    /// <summary>Some value that was seen under the name, or null.</summary>
    public object? Some(string name)
    {
        lock (_gate)
        {
            return _values.TryGetValue(name, out var list) ? list[_random.Next(list.Count)] : null;
        }
    }

    private void Add(string name, object value)
    {
        lock (_gate)
        {
            if (!_values.TryGetValue(name, out var list))
            {
                _values[name] = list = [];
            }

            if (list.Count < Kept)
            {
                list.Add(value);
            }
            else
            {
                list[_random.Next(Kept)] = value;
            }
        }
    }
}
