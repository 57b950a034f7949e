using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Planning;

/// <summary>Which source files of a partition came, went or say something else.</summary>
internal static class InputReasons
{
    /// <summary>In place of the hash of a file that is there and could not be read.</summary>
    public const string Unread = "unread";

    /// <summary>The reasons; none when all that changed is how files are written.</summary>
    public static IReadOnlyList<RunReason> Of(IReadOnlyList<SourceFile> before, IReadOnlyList<SourceFile> now)
    {
        if (before.Count == 0)
        {
            return [new RunReason(RunReasonKind.InputsChanged)];
        }

        var old = before.ToDictionary(Key, StringComparer.Ordinal);
        var reasons = new List<RunReason>();
        foreach (var input in now)
        {
            if (!old.Remove(Key(input), out var known))
            {
                reasons.Add(Reason(input, "is new"));
            }
            else if (known.Sha256 != input.Sha256 && !SaysTheSame(known, input))
            {
                reasons.Add(Reason(input, input.Sha256 == Unread ? "cannot be read" : string.Create(CultureInfo.InvariantCulture, $"has other content ({known.Bytes} bytes, now {input.Bytes})")));
            }
        }

        reasons.AddRange(old.Values.OrderBy(Key, StringComparer.Ordinal).Select(gone => Reason(gone, "is gone")));
        return reasons;
    }

    /// <summary>Whether a file has other bytes than before and the same values.</summary>
    public static bool SaysTheSame(SourceFile before, SourceFile now) => before.Sha256 != now.Sha256 && now.Values is not null && before.Values == now.Values;

    private static RunReason Reason(SourceFile file, string detail) => new(RunReasonKind.InputsChanged, file.Uri, detail);

    /// <summary>What a file is known by in the fingerprint: its folder may move.</summary>
    public static string Key(SourceFile file) => Key(file.Source, SourceScan.NameOf(file));

    /// <summary>The same of a file that is only seen yet.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="name">What it is called there.</param>
    public static string Key(string source, string name) => $"{source}/{name}";
}
