using System.Diagnostics;
using Temporalio.Worker.Instances;

namespace Temporalio.Worker.Tasks;

/// <summary>Watches activations from one timer for the whole process: entering and leaving cost a lock, not a timer each.</summary>
internal static class ActivationWatchdog
{
    /// <summary>Longest time workflow code may run without yielding.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly LinkedList<Watch> Active = new();
    private static Timer? _timer;

    /// <summary>Begins to watch an activation on this thread.</summary>
    public static Watch Enter(WorkflowInstance instance, Action<WorkflowInstance>? onStuck)
    {
        var watch = new Watch(instance, onStuck);
        lock (Active)
        {
            watch.Node = Active.AddLast(watch);
            _timer ??= new Timer(static _ => Check(), null, Period, Period);
        }

        return watch;
    }

    private static void Check()
    {
        List<Watch>? stuck = null;
        lock (Active)
        {
            for (var node = Active.First; node is not null && node.Value.Elapsed > Limit; node = Active.First)
            {
                Active.Remove(node);
                node.Value.Node = null;
                (stuck ??= []).Add(node.Value);
            }
        }

        stuck?.ForEach(w => w.OnStuck?.Invoke(w.Instance));
    }

    /// <summary>One watched activation.</summary>
    internal sealed class Watch(WorkflowInstance instance, Action<WorkflowInstance>? onStuck)
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public WorkflowInstance Instance => instance;

        public Action<WorkflowInstance>? OnStuck => onStuck;

        public LinkedListNode<Watch>? Node { get; set; }

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

        /// <summary>Ends the watch; false when the activation was given up meanwhile.</summary>
        public bool Leave()
        {
            lock (Active)
            {
                if (Node is null)
                {
                    return false;
                }

                Active.Remove(Node);
                Node = null;
                return true;
            }
        }
    }
}
