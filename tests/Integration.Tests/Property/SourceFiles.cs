using Orchestrator.TestKit;

namespace Integration.Tests.Property;

/// <summary>Some days of a shipped pipeline's sample, some lines of each, and the ways in which they change, all drawn from one seed.</summary>
internal abstract class SourceFiles
{
    private readonly Dictionary<string, List<string>> _spare = [];

    protected SourceFiles(string pipeline, string folder, Random random, int lines, params string[] days)
    {
        Pipeline = pipeline;
        foreach (var day in days)
        {
            var sample = File.ReadAllLines(TestPaths.InRepo("pipelines", pipeline, "sample", NameOf(day)));
            var drawn = sample.Skip(1).OrderBy(l => Wanted(l) ? random.Next(3) : random.Next(1, 1 + sample.Length)).Take(2 * lines).ToArray();
            random.Shuffle(drawn);
            Days[day] = new DayFile(Path.Combine(folder, NameOf(day)), sample[0], [.. drawn.Take(lines)]);
            _spare[day] = [.. drawn.Skip(lines)];
        }
    }

    public string Pipeline { get; }

    /// <summary>Files by day, also those that have not arrived.</summary>
    public SortedDictionary<string, DayFile> Days { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes a day's file in some way and says which.</summary>
    public string Change(string day, Random random)
    {
        var (file, what) = (Days[day], "arrives");
        if (file.Exists)
        {
            what = random.Next(9) switch
            {
                0 => Lines(file, random, "other values", l => Sound(file, l, random)),
                1 => Lines(file, random, "bad values", l => Bad(file, l, random)),
                2 => Lines(file, random, "lines cut short", _ => "cut,short"),
                3 => Removed(file, random),
                4 => Added(file, _spare[day], random),
                5 => Twice(file, random),
                6 => Special(file, random),
                7 => Retold(file),
                _ => Broken(file),
            };
        }

        file.Write();
        return $"{day} {what}";
    }

    /// <summary>Writes the same bytes again.</summary>
    public string Touch(string day)
    {
        Days[day].Write();
        File.SetLastWriteTimeUtc(Days[day].Path, DateTime.UtcNow.AddSeconds(2));
        return $"{day} is touched";
    }

    /// <summary>Makes every file that has arrived one that can be read.</summary>
    public void Mend()
    {
        foreach (var file in Days.Values.Where(f => f.Exists && !f.IsSound))
        {
            file.Break(false);
            file.Write();
        }
    }

    protected abstract string NameOf(string day);

    /// <summary>Lines that are drawn before others.</summary>
    protected virtual bool Wanted(string line) => false;

    /// <summary>A line with another value that the contract lets pass.</summary>
    protected abstract string Sound(DayFile file, string line, Random random);

    /// <summary>A line with a value that a rule keeps aside.</summary>
    protected abstract string Bad(DayFile file, string line, Random random);

    /// <summary>A change that only this pipeline knows.</summary>
    protected abstract string Special(DayFile file, Random random);

    /// <summary>Changes some whole lines and says what became of them.</summary>
    protected static string Lines(DayFile file, Random random, string what, Func<string, string> change)
    {
        var count = 0;
        foreach (var i in Enumerable.Range(0, file.Lines.Count).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Where(i => file.IsWhole(file.Lines[i])).ToArray())
        {
            file.Lines[i] = change(file.Lines[i]);
            count++;
        }

        return $"gets {count} x {what}";
    }

    private static string Removed(DayFile file, Random random)
    {
        var count = Math.Min(random.Next(1, 5), file.Lines.Count - 5);
        for (var i = 0; i < count; i++)
        {
            file.Lines.RemoveAt(random.Next(file.Lines.Count));
        }

        return $"loses {count} lines";
    }

    private static string Added(DayFile file, List<string> spare, Random random)
    {
        var count = Math.Min(random.Next(1, 5), spare.Count);
        for (var i = 0; i < count; i++)
        {
            file.Lines.Insert(random.Next(file.Lines.Count + 1), spare[^1]);
            spare.RemoveAt(spare.Count - 1);
        }

        return $"gets {count} more lines";
    }

    private static string Twice(DayFile file, Random random)
    {
        file.Lines.Insert(random.Next(file.Lines.Count + 1), file.Lines[random.Next(file.Lines.Count)]);
        return "gets a line twice";
    }

    private static string Retold(DayFile file)
    {
        file.Retell();
        return "is told in other bytes";
    }

    private static string Broken(DayFile file)
    {
        file.Break(file.IsSound);
        return file.IsSound ? "is mended" : "is broken";
    }
}
