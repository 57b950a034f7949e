using Google.Protobuf.WellKnownTypes;

namespace Temporal.DevServer.Frontend;

/// <summary>Field masks as our handlers read them.</summary>
internal static class FieldMasks
{
    /// <summary>The paths by JSON names, whichever way the caller wrote them.</summary>
    public static IReadOnlyList<string> Camel(FieldMask? mask) => [.. mask?.Paths.Select(CamelCase) ?? []];

    private static string CamelCase(string path) =>
        string.Concat(path.Select((c, i) => c == '_' ? "" : i > 0 && path[i - 1] == '_' ? char.ToUpperInvariant(c).ToString() : c.ToString()));
}
