using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Simulation;

/// <summary>One kind of work on the table, told twice: as a writer does it, through a transaction, and as what it means, on rows alone.</summary>
public abstract record Operation
{
    /// <summary>Does the work; false when there is nothing to commit.</summary>
    public abstract Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction);

    /// <summary>The rows after the work when it runs alone on given rows.</summary>
    public abstract IEnumerable<Row> Apply(IReadOnlyList<Row> before);

    /// <summary>Name in the log.</summary>
    public virtual string Name => GetType().Name.ToUpperInvariant();

    protected static Func<AddFile, bool> Of(string? part) => f => part is null || f.PartitionValues[SimulatedTable.PartitionColumn] == part;

    /// <summary>Rewrites the files in which a row changes; false when none does.</summary>
    protected static async Task<bool> RewriteAsync(SimulatedTable table, DeltaTransaction transaction, string? part, long from, long to, Func<Row, Row?> change)
    {
        var any = false;
        foreach (var file in transaction.ReadFiles(Of(part), f => SimulatedTable.MayHold(f, from, to)))
        {
            var rows = await table.LiveRowsAsync(file);
            var kept = rows.Select(change).ToArray();
            if (rows.Zip(kept).Any(r => r.First != r.Second))
            {
                any = true;
                transaction.Remove(file);
                await table.WriteAsync(transaction, kept.OfType<Row>());
            }
        }

        return any;
    }
}

/// <summary>Adds rows without a look at the table.</summary>
public sealed record Append(IReadOnlyList<Row> Rows) : Operation
{
    public override async Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        await table.WriteAsync(transaction, Rows);
        return true;
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before.Concat(Rows);
}

/// <summary>Puts rows in the place of a partition's, or of all.</summary>
public sealed record Overwrite(string? Part, IReadOnlyList<Row> Rows) : Operation
{
    public override async Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        foreach (var file in transaction.ReadFiles(Of(Part)))
        {
            transaction.Remove(file);
        }

        await table.WriteAsync(transaction, Rows);
        return true;
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before.Where(r => Part is not null && r.Part != Part).Concat(Rows);
}

/// <summary>Takes rows with keys of a range away.</summary>
public sealed record Delete(string? Part, long From, long To) : Operation
{
    public override Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction) =>
        RewriteAsync(table, transaction, Part, From, To, r => Matches(r) ? null : r);

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before.Where(r => !Matches(r));

    private bool Matches(Row row) => (Part is null || row.Part == Part) && row.Key >= From && row.Key <= To;
}

/// <summary>Adds to the values of rows with keys of a range, and to their keys.</summary>
public sealed record Update(string? Part, long From, long To, long By, long KeyBy = 0) : Operation
{
    public override Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction) =>
        RewriteAsync(table, transaction, Part, From, To, r => Change(r));

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before.Select(Change);

    private Row Change(Row row) =>
        (Part is null || row.Part == Part) && row.Key >= From && row.Key <= To ? row with { Value = row.Value + By, Key = row.Key + KeyBy } : row;
}

/// <summary>Sets the value of each key that is there, adds the others; with <see cref="Deletes"/> takes away those that are there.</summary>
public sealed record Merge(IReadOnlyList<Row> Source, bool Deletes = false) : Operation
{
    public override async Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        var source = Source.ToDictionary(r => r.Key);
        var seen = new HashSet<long>();
        var any = false;
        foreach (var file in transaction.ReadFiles(_ => true, f => source.Keys.Any(k => SimulatedTable.MayHold(f, k, k))))
        {
            var rows = await table.LiveRowsAsync(file);
            if (rows.Any(r => source.ContainsKey(r.Key)))
            {
                any = true;
                seen.UnionWith(rows.Select(r => r.Key));
                transaction.Remove(file);
                await table.WriteAsync(transaction, Merged(rows, source));
            }
        }

        var added = Deletes ? [] : Source.Where(r => !seen.Contains(r.Key)).ToArray();
        await table.WriteAsync(transaction, added);
        return any || added.Length > 0;
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before)
    {
        var source = Source.ToDictionary(r => r.Key);
        var keys = before.Select(r => r.Key).ToHashSet();
        return Merged(before, source).Concat(Deletes ? [] : Source.Where(r => !keys.Contains(r.Key)));
    }

    private IEnumerable<Row> Merged(IEnumerable<Row> rows, Dictionary<long, Row> source) =>
        rows.Where(r => !Deletes || !source.ContainsKey(r.Key)).Select(r => source.TryGetValue(r.Key, out var s) ? r with { Value = s.Value } : r);
}

/// <summary>Adds one row whose value is the sum of another partition: two of these that read what the other writes show write skew.</summary>
public sealed record Derive(string From, long Key, string To) : Operation
{
    public override async Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        var sum = 0L;
        foreach (var file in transaction.ReadFiles(Of(From)))
        {
            sum += (await table.LiveRowsAsync(file)).Sum(r => r.Value);
        }

        await table.WriteAsync(transaction, [new Row(Key, To, sum)]);
        return true;
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before.Append(new Row(Key, To, before.Where(r => r.Part == From).Sum(r => r.Value)));
}

/// <summary>Puts the files of a partition together; changes no row.</summary>
public sealed record Compact(string Part) : Operation
{
    public override string Name => "OPTIMIZE";

    public override async Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        AddFile[] files = [.. transaction.Snapshot.Files.Values.Where(Of(Part))];
        if (files.Length < 2)
        {
            return false;
        }

        transaction.ReadOnly(files);
        var rows = new List<Row>();
        foreach (var file in files)
        {
            rows.AddRange(await table.LiveRowsAsync(file));
            transaction.Remove(file, dataChange: false);
        }

        await table.WriteAsync(transaction, rows, dataChange: false);
        return true;
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before;
}

/// <summary>Sets a property of the table; changes no row.</summary>
public sealed record SetProperty(string Key, string Value) : Operation
{
    public override string Name => "SET TBLPROPERTIES";

    public override Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
    {
        var metadata = transaction.Snapshot.Metadata;
        transaction.Add(metadata with { Configuration = new Dictionary<string, string>(metadata.Configuration, StringComparer.Ordinal) { [Key] = Value } });
        return Task.FromResult(true);
    }

    public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before;
}
