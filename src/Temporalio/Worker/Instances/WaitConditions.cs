namespace Temporalio.Worker.Instances;

/// <summary>Conditions that workflow code waits for, in the order it began to wait.</summary>
internal sealed class WaitConditions
{
    private readonly LinkedList<Entry> _entries = new();

    /// <summary>Adds a condition.</summary>
    public Entry Add(Func<bool> check)
    {
        var entry = new Entry(check);
        entry.Node = _entries.AddLast(entry);
        return entry;
    }

    /// <summary>Forgets a condition: cancelled or timed out.</summary>
    public void Remove(Entry entry)
    {
        if (entry.Node is { List: not null } node)
        {
            _entries.Remove(node);
        }
    }

    /// <summary>Releases the first condition that is true, or, by the older rule, all of them. False when none was.</summary>
    public bool ReleaseTrue(bool onlyFirst)
    {
        var released = false;
        for (var node = _entries.First; node is not null;)
        {
            var next = node.Next;
            if (node.List is not null && Check(node.Value))
            {
                released = true;
                Remove(node.Value);
                node.Value.Source.TrySetResult(true);
                if (onlyFirst)
                {
                    return true;
                }
            }

            node = next;
        }

        return released;
    }

    private bool Check(Entry entry)
    {
        try
        {
            return entry.Check();
        }
        catch (Exception e)
        {
            Remove(entry);
            entry.Source.TrySetException(e);
            return false;
        }
    }

    /// <summary>One wait.</summary>
    internal sealed class Entry(Func<bool> check)
    {
        public Func<bool> Check { get; } = check;

        public TaskCompletionSource<bool> Source { get; } = new();

        public LinkedListNode<Entry>? Node { get; set; }
    }
}
