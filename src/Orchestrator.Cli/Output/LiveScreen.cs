using Orchestrator.Cli.Runs;
using Spectre.Console;

namespace Orchestrator.Cli.Output;

/// <summary>A table of what runs now, redrawn in place; what has ended scrolls away above it.</summary>
internal sealed class LiveScreen : Screen
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);

    private readonly SortedDictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = new();
    private readonly Lock _gate = new();
    private int _total;
    private int _done;
    private int _failed;
    private long _began;

    public override void Begin(RunBatch batch)
    {
        base.Begin(batch);
        _total = batch.ToRun.Count;
        _began = TimeProvider.System.GetTimestamp();
    }

    public override Task ShowAsync(Func<Task> run) => AnsiConsole.Live(new Text("")).AutoClear(true).StartAsync(async context =>
    {
        var running = run();
        while (!running.IsCompleted)
        {
            context.UpdateTarget(Picture());
            await Task.WhenAny(running, Task.Delay(Redraw));
        }

        context.UpdateTarget(new Text(""));
        FlushEnded();
        await running;
    });

    public override void Started(string partition) => Step(partition, "starting");

    public override void Step(string partition, string step)
    {
        lock (_gate)
        {
            _running[partition] = step;
        }
    }

    public override void Ended(RunOutcome outcome)
    {
        lock (_gate)
        {
            _running.Remove(outcome.Partition);
            _done++;
            _failed += outcome.IsGood ? 0 : 1;
            _ended.Enqueue($"{outcome.Partition}  {PlainScreen.Describe(outcome)}");
        }
    }

    protected override void Line(string text) => AnsiConsole.WriteLine(text);

    private Table Picture()
    {
        lock (_gate)
        {
            var left = Pace.Left(_done, _total, TimeProvider.System.GetElapsedTime(_began));
            var table = new Table().Border(TableBorder.Rounded)
                .Title($"{_done} of {_total} partitions" + (_failed > 0 ? $", [red]{_failed} failed[/]" : "") + (left is null ? "" : $", {Pace.Text(left)}"))
                .AddColumn("partition").AddColumn(new TableColumn("step").Width(40));
            foreach (var (partition, step) in _running)
            {
                table.AddRow(Markup.Escape(partition), Markup.Escape(step));
            }

            return table;
        }
    }

    private void FlushEnded()
    {
        lock (_gate)
        {
            while (_ended.TryDequeue(out var line))
            {
                AnsiConsole.WriteLine(line);
            }
        }
    }
}
