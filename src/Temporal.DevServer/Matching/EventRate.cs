namespace Temporal.DevServer.Matching;

/// <summary>How often something happened per second over the last half minute. Not safe for several threads.</summary>
internal sealed class EventRate
{
    private const int Slots = 6;
    private static readonly long SlotTicks = TimeSpan.FromSeconds(5).Ticks;

    private readonly int[] _counts = new int[Slots];
    private long _slot = -1;
    private DateTime _first;

    public void Count(DateTime now)
    {
        Move(now);
        _counts[_slot % Slots]++;
        if (_first == default)
        {
            _first = now;
        }
    }

    public float At(DateTime now)
    {
        if (_first == default)
        {
            return 0;
        }

        Move(now);
        var sum = 0;
        foreach (var count in _counts)
        {
            sum += count;
        }

        var seconds = Math.Clamp((now - _first).TotalSeconds, 1, Slots * 5);
        return (float)(sum / seconds);
    }

    private void Move(DateTime now)
    {
        var slot = now.Ticks / SlotTicks;
        for (var passed = Math.Max(_slot + 1, slot - Slots + 1); passed <= slot; passed++)
        {
            _counts[passed % Slots] = 0;
        }

        _slot = Math.Max(_slot, slot);
    }
}
