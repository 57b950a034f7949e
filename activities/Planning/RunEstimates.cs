namespace Orchestrator.Activities.Planning;

/// <summary>What a run will probably take, from the runs that published last.</summary>
internal sealed class RunEstimates
{
    /// <summary>So many runs tell how it is now; older ones tell how it was.</summary>
    private const int Runs = 50;

    private readonly Estimate? _rowsPerByte;

    public RunEstimates(IEnumerable<LedgerFact> facts)
    {
        // The newest few of many, without putting all in order. What was taken back read nothing.
        var newest = new PriorityQueue<LedgerFact, DateTimeOffset>();
        foreach (var fact in facts.Where(f => f is { Status: Contracts.RunStatus.Published, TakenBack.Length: 0 }))
        {
            newest.Enqueue(fact, fact.EndedAt);
            if (newest.Count > Runs)
            {
                newest.Dequeue();
            }
        }

        var seen = newest.UnorderedItems.Select(i => i.Element).ToArray();
        Count = seen.Length;
        Seconds = Estimate.Of(seen.Select(f => f.Took.TotalSeconds));
        Cost = Estimate.Of(seen.Select(f => f.Cost).OfType<double>());
        _rowsPerByte = Estimate.Of(seen.Where(f => f.Inputs.Sum(i => i.Bytes) > 0).Select(f => (double)f.RowsRead / f.Inputs.Sum(i => i.Bytes)));
    }

    /// <summary>How many runs the estimates stand on.</summary>
    public int Count { get; }

    /// <summary>Time of one run, from its start to its end; null without history.</summary>
    public Estimate? Seconds { get; }

    /// <summary>Cost of one run, in the currency of the price list; null without history.</summary>
    public Estimate? Cost { get; }

    /// <summary>Rows that come from so many bytes of input; null without history.</summary>
    public Estimate? Rows(long bytes) => _rowsPerByte?.Times(bytes);
}
