using System.Buffers.Binary;

namespace Temporal.DevServer.Schedules;

/// <summary>The conflict token of a schedule: the number of its version, eight bytes, most significant first.</summary>
internal static class ScheduleToken
{
    /// <summary>The token of a version.</summary>
    public static byte[] Write(long version)
    {
        var token = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(token, version);
        return token;
    }

    /// <summary>The version of a token; 0, any version, for what is too short to be one.</summary>
    public static long Read(ReadOnlySpan<byte> token) => token.Length >= sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(token) : 0;
}
