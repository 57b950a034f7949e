using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lakehouse;
using Lakehouse.ObjectStores.S3;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Sources;

/// <summary>
/// A path with holes for the partition: <c>{yyyy}</c>, <c>{MM}</c>, <c>{dd}</c>, <c>{HH}</c> for times, <c>{partition}</c> for lists and files, and
/// <c>*</c> for any run of characters within one name. Times are those of the pipeline's zone (UTC for hours). Finer holes than the unit
/// needs are allowed: day files of a week or month partition belong to it. A path of this machine, or <c>s3://bucket/path?name=value</c> with the
/// parameters of <see cref="LakeLocation"/>.
/// </summary>
public sealed partial class PathTemplate
{
    private static readonly string[] TimeTokens = ["yyyy", "MM", "dd", "HH"];

    private readonly Regex _pattern;

    private PathTemplate(string text, string folder, int folders, Regex pattern, S3StoreOptions? bucket)
    {
        Text = text;
        Folder = folder;
        Folders = folders;
        Bucket = bucket;
        _pattern = pattern;
    }

    /// <summary>The template, absolute; a bucket's without its parameters.</summary>
    public string Text { get; }

    /// <summary>The bucket that the files lie in, as a whole; null for a folder of this machine.</summary>
    public S3StoreOptions? Bucket { get; }

    /// <summary>The folder above the first hole: the one that discovery lists.</summary>
    public string Folder { get; }

    /// <summary>How many folders lie between <see cref="Folder"/> and the files: those whose names have holes, and those below them.</summary>
    public int Folders { get; }

    /// <summary>The template as text.</summary>
    public override string ToString() => Text;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template; relative to <paramref name="baseFolder"/> unless absolute.</param>
    /// <param name="baseFolder">The pipeline's folder.</param>
    /// <param name="unit">Unit of the pipeline's partitions: decides which holes are needed.</param>
    /// <exception cref="FormatException">The template cannot tell the partition of a file; the message says what is missing.</exception>
    public static PathTemplate Parse(string text, string baseFolder, PartitionUnit unit)
    {
        CheckTokens(text, unit);
        var (absolute, bucket) = Scheme().IsMatch(text) ? InBucket(text) : (Path.GetFullPath(Path.Combine(baseFolder, text)).Replace('\\', '/'), null);
        var firstHole = absolute.IndexOfAny(['{', '*']);
        var folderEnd = absolute.LastIndexOf('/', firstHole < 0 ? absolute.Length - 1 : firstHole);
        var folder = folderEnd == 0 ? "/" : absolute[..folderEnd];
        var rest = absolute[(folderEnd + 1)..];
        return new PathTemplate(absolute, folder, rest.Count(c => c == '/'), ToPattern(rest), bucket);
    }

    /// <summary>The name of a file as the template sees it: its path below <see cref="Folder"/>.</summary>
    /// <param name="file">Absolute path of the file.</param>
    public string NameOf(string file) =>
        file.Length > Folder.Length && file[Folder.Length] == '/' && file.StartsWith(Folder, StringComparison.Ordinal) ? file[(Folder.Length + 1)..]
        : Bucket is null ? Path.GetRelativePath(Folder, file).Replace('\\', '/')
        : file;

    /// <summary>The absolute path of a file that somebody names: relative to the pipeline's folder, or by its key in the bucket.</summary>
    /// <param name="named">A path, an address <c>file://…</c> or <c>s3://…</c>, or a key.</param>
    /// <param name="baseFolder">The pipeline's folder.</param>
    public string Absolute(string named, string baseFolder) => Bucket is null
        ? Path.GetFullPath(Path.Combine(baseFolder, named.StartsWith("file://", StringComparison.Ordinal) ? new Uri(named).LocalPath : named))
        : LakeLocation.IsRemote(named) ? named : $"s3://{Bucket.Bucket}/{named.TrimStart('/')}";

    /// <summary>The partition of a file, or why it has none.</summary>
    /// <param name="file">Absolute path of the file.</param>
    /// <param name="calendar">The pipeline's calendar.</param>
    /// <param name="partition">The file's partition.</param>
    /// <param name="reason">Why the file belongs to no partition; null when it does.</param>
    public bool TryMatch(string file, PartitionCalendar calendar, out PartitionKey partition, [NotNullWhen(false)] out string? reason)
    {
        partition = default;
        reason = null;
        var match = _pattern.Match(NameOf(file));
        if (!match.Success)
        {
            reason = $"its name does not match '{Text[(Folder.TrimEnd('/').Length + 1)..]}'";
            return false;
        }

        if (!calendar.Unit.HasTime())
        {
            var value = calendar.Unit == PartitionUnit.Static ? PartitionCalendar.StaticKey : match.Groups["partition"].Value;
            if (!calendar.TryParse(value, out partition))
            {
                reason = calendar.Unit == PartitionUnit.File ? $"'{value}' cannot name a partition: expected {calendar.Pattern}" : $"partition '{value}' is not in the pipeline's list";
                return false;
            }

            return true;
        }

        var (year, month, day, hour) = (Number(match, "yyyy", 1), Number(match, "MM", 1), Number(match, "dd", 1), Number(match, "HH", 0));
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23)
        {
            reason = "its name holds no date that exists";
            return false;
        }

        partition = calendar.ContainingLocal(new DateTime(year, month, day, hour, 0, 0));
        return true;
    }

    private static (string Absolute, S3StoreOptions Bucket) InBucket(string text)
    {
        if (!LakeLocation.IsRemote(text))
        {
            throw new FormatException($"'{text[..text.IndexOf("://", StringComparison.Ordinal)]}' is no store that files are read from: expected a path of this machine, or s3://bucket/path.");
        }

        var parts = text.Split('?', 2);
        var path = parts[0][(parts[0].IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/');
        if (path.Length < 2 || path.Any(p => p is "" or "." or "..") || path[0].AsSpan().IndexOfAny('{', '*') >= 0)
        {
            throw new FormatException("it names no files of a bucket: expected s3://bucket/path, its parts neither empty nor '.' or '..', and no hole in the bucket's name.");
        }

        try
        {
            return ($"s3://{string.Join('/', path)}", LakeLocation.S3Options(string.Join('?', [$"s3://{path[0]}", .. parts[1..]])));
        }
        catch (LakehouseException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static int Number(Match match, string token, int missing) =>
        match.Groups[token].Success ? int.Parse(match.Groups[token].Value, CultureInfo.InvariantCulture) : missing;

    private static void CheckTokens(string text, PartitionUnit unit)
    {
        var tokens = Token().Matches(text).Select(m => m.Groups[1].Value).ToList();
        string[] allowed = unit switch { PartitionUnit.Static => [], _ when unit.HasTime() => TimeTokens, _ => ["partition"] };
        if (tokens.FirstOrDefault(t => !allowed.Contains(t)) is { } unknown)
        {
            throw new FormatException($"'{{{unknown}}}' is not a hole that unit '{unit.ToString().ToLowerInvariant()}' knows: expected {(allowed.Length == 0 ? "none, '*' stands for anything" : string.Join(", ", allowed.Select(t => $"{{{t}}}")))}.");
        }

        string[] needed = unit switch
        {
            PartitionUnit.Hour => ["yyyy", "MM", "dd", "HH"],
            PartitionUnit.Day or PartitionUnit.Week => ["yyyy", "MM", "dd"],
            PartitionUnit.Month => ["yyyy", "MM"],
            PartitionUnit.Static => [],
            _ => ["partition"],
        };
        var missing = needed.Except(tokens).ToList();
        if (missing.Count > 0)
        {
            throw new FormatException($"the path does not tell the partition of a file: {string.Join(", ", missing.Select(t => $"{{{t}}}"))} missing for unit '{unit.ToString().ToLowerInvariant()}'.");
        }

        if (Token().Replace(text, "").AsSpan().IndexOfAny('{', '}') >= 0)
        {
            throw new FormatException("a '{' or '}' stands alone.");
        }
    }

    private static Regex ToPattern(string rest)
    {
        var pattern = new StringBuilder("^");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rest.Length; i++)
        {
            var token = rest[i] == '{' ? Token().Match(rest, i) : Match.Empty;
            if (token.Success && token.Index == i)
            {
                var name = token.Groups[1].Value;
                var digits = name switch { "yyyy" => "[0-9]{4}", "partition" => "[^/]+?", _ => "[0-9]{2}" };
                pattern.Append(seen.Add(name) ? $"(?<{name}>{digits})" : $"\\k<{name}>");
                i += token.Length - 1;
            }
            else
            {
                pattern.Append(rest[i] == '*' ? "[^/]*" : Regex.Escape(rest[i].ToString()));
            }
        }

        return new Regex(pattern.Append('$').ToString(), RegexOptions.CultureInvariant);
    }

    [GeneratedRegex("\\{([^{}]*)\\}")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]+://")]
    private static partial Regex Scheme();
}
