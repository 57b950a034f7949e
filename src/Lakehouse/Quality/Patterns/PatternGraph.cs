namespace Lakehouse.Quality.Patterns;

/// <summary>States and edges over bytes, as an expression is put together.</summary>
internal sealed class PatternGraph
{
    private const int MostStates = 4_000;

    private readonly List<List<(int Low, int High, int To)>> _edges = [];
    private readonly List<List<int>> _free = [];

    /// <summary>True when the expression has too many repetitions to be worth a table.</summary>
    public bool IsTooLarge => _edges.Count >= MostStates;

    public int Add()
    {
        _edges.Add([]);
        _free.Add([]);
        return _edges.Count - 1;
    }

    public void Edge(int from, int low, int high, int to) => _edges[from].Add((low, high, to));

    public IReadOnlyList<(int Low, int High, int To)> Edges(int state) => _edges[state];

    /// <summary>The states, and those that are reached from them for free.</summary>
    public SortedSet<int> Closure(IEnumerable<int> states)
    {
        var set = new SortedSet<int>();
        var open = new Stack<int>(states);
        while (open.TryPop(out var state))
        {
            if (set.Add(state))
            {
                _free[state].ForEach(open.Push);
            }
        }

        return set;
    }

    /// <summary>Puts an expression behind a state; returns the state behind it.</summary>
    public int Build(PatternNode node, int from)
    {
        if (IsTooLarge)
        {
            return from;
        }

        switch (node)
        {
            case PatternNode.Characters set:
                return Characters(set, from);
            case PatternNode.Sequence sequence:
                return sequence.Parts.Aggregate(from, (state, part) => Build(part, state));
            case PatternNode.Choice choice:
                var joined = Add();
                foreach (var option in choice.Options)
                {
                    // Each option begins in a state of its own: a loop in one must not lead into another.
                    var begin = Add();
                    _free[from].Add(begin);
                    _free[Build(option, begin)].Add(joined);
                }

                return joined;
            default:
                return Repetition((PatternNode.Repeat)node, from);
        }
    }

    private int Repetition(PatternNode.Repeat repeat, int from)
    {
        var state = from;
        for (var i = 0; i < repeat.Least; i++)
        {
            state = Build(repeat.Part, state);
        }

        var end = Add();
        if (repeat.Most is not { } most)
        {
            var loop = Add();
            _free[state].Add(loop);
            _free[Build(repeat.Part, loop)].Add(loop);
            _free[loop].Add(end);
            return end;
        }

        _free[state].Add(end);
        for (var i = repeat.Least; i < most && !IsTooLarge; i++)
        {
            var begin = Add();
            _free[state].Add(begin);
            state = Build(repeat.Part, begin);
            _free[state].Add(end);
        }

        return end;
    }

    private int Characters(PatternNode.Characters set, int from)
    {
        var to = Add();
        for (var low = 0; low < 128; low++)
        {
            if (set.Ascii[low])
            {
                var high = low;
                while (high + 1 < 128 && set.Ascii[high + 1])
                {
                    high++;
                }

                Edge(from, low, high, to);
                low = high;
            }
        }

        if (set.Others)
        {
            // Any character of two, three or four bytes; the engine's texts are sound UTF-8.
            var (one, two, three) = (Add(), Add(), Add());
            Edge(from, 0xC2, 0xDF, one);
            Edge(from, 0xE0, 0xEF, two);
            Edge(from, 0xF0, 0xF4, three);
            Edge(three, 0x80, 0xBF, two);
            Edge(two, 0x80, 0xBF, one);
            Edge(one, 0x80, 0xBF, to);
        }

        return to;
    }
}
