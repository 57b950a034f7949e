namespace Lakehouse.Simulation;

/// <summary>Draws works of all kinds, over few keys and partitions so that they meet.</summary>
public static class WorkGenerator
{
    private const int Keys = 12;
    private static readonly string[] Parts = ["x", "y", "z"];

    public static Operation Draw(Random random, int number)
    {
        var part = Parts[random.Next(Parts.Length)];
        var maybe = random.Next(3) == 0 ? null : part;
        var from = random.Next(Keys);
        var to = from + random.Next(4);
        return random.Next(13) switch
        {
            0 or 1 or 2 => new Append(Rows(random, 1 + random.Next(3), null)),
            3 => new Overwrite(part, Rows(random, random.Next(3), part)),
            4 when random.Next(3) == 0 => new Overwrite(null, Rows(random, 1 + random.Next(4), null)),
            4 or 5 => new Delete(maybe, from, to),
            6 => new Update(maybe, from, to, 1 + random.Next(100)),
            7 => new Merge(Distinct(Rows(random, 1 + random.Next(3), null))),
            8 => new Merge(Distinct(Rows(random, 1, null)), Deletes: true),
            9 or 10 => new Derive(part, 100 + number, Parts[random.Next(Parts.Length)]),
            11 => new Compact(part),
            _ => random.Next(3) == 0 ? new SetProperty("simulated.number", $"{number}") : new Compact(part),
        };
    }

    private static Row[] Rows(Random random, int count, string? part) =>
        [.. Enumerable.Range(0, count).Select(_ => new Row(random.Next(Keys), part ?? Parts[random.Next(Parts.Length)], random.Next(1000)))];

    private static Row[] Distinct(Row[] rows) => [.. rows.DistinctBy(r => r.Key)];
}
