using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Temporal.DevServer.Frontend;

/// <summary>Times of the wire that no clock can show.</summary>
internal static class WireTimes
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const long MostSeconds = 315_576_000_000;

    /// <summary>Refuses a message that holds, at any depth, a time outside the years 1 to 9999 or a duration of more than 10,000 years.</summary>
    public static void Check(IMessage? message)
    {
        switch (message)
        {
            case null:
                return;
            case Timestamp time when time.Seconds is < FirstSecond or > LastSecond || time.Nanos is < 0 or > 999_999_999:
                throw ServiceErrors.InvalidArgument("A time on the request is out of range.");
            case Duration span when span.Seconds is < -MostSeconds or > MostSeconds || Math.Abs((long)span.Nanos) > 999_999_999 || (span.Seconds > 0 && span.Nanos < 0) || (span.Seconds < 0 && span.Nanos > 0):
                throw ServiceErrors.InvalidArgument("A duration on the request is out of range.");
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message && !f.IsMap))
        {
            var value = field.Accessor.GetValue(message);
            foreach (var part in value is System.Collections.IEnumerable list ? list.OfType<IMessage>() : value is IMessage single ? [single] : [])
            {
                Check(part);
            }
        }
    }
}
