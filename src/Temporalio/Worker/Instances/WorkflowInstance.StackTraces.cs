using System.Diagnostics;
using System.Text;

namespace Temporalio.Worker.Instances;

/// <content>Where the code waits: for the stack trace query, when the worker asks for it.</content>
internal sealed partial class WorkflowInstance
{
    private LinkedList<(WeakReference<Task> Task, StackTrace Trace)>? _waits;

    /// <summary>Remembers where a wait began. Free unless stack traces are switched on.</summary>
    public void Track(Task task)
    {
        if (_details.StackTrace == WorkflowStackTrace.None)
        {
            return;
        }

        _waits ??= new();
        for (var node = _waits.First; node is not null;)
        {
            var next = node.Next;
            if (!node.Value.Task.TryGetTarget(out var known) || known.IsCompleted)
            {
                _waits.Remove(node);
            }

            node = next;
        }

        _waits.AddLast((new(task), new StackTrace(1, _details.StackTrace == WorkflowStackTrace.Normal)));
    }

    private string StackTraces()
    {
        if (_details.StackTrace == WorkflowStackTrace.None)
        {
            throw new InvalidOperationException("Workflow stack traces are not enabled. Help: set WorkflowStackTrace on the worker's options.");
        }

        var text = new StringBuilder();
        foreach (var (task, trace) in _waits ?? [])
        {
            if (task.TryGetTarget(out var waiting) && !waiting.IsCompleted)
            {
                text.AppendJoin('\n', trace.ToString().Split('\n').Where(IsUserLine)).Append("\n\n");
            }
        }

        return text.ToString().TrimEnd();
    }

    private static bool IsUserLine(string line) =>
        line.Trim().Length > 0 && !line.Contains(" at Temporalio.", StringComparison.Ordinal) && !line.Contains(" at System.", StringComparison.Ordinal);
}
