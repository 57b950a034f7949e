using Temporalio.Worker.Activations;
using static Temporalio.Worker.Activations.ActivationJob;

namespace Temporalio.Worker.Instances;

/// <content>Jobs: what each does to the run.</content>
internal sealed partial class WorkflowInstance
{
    private void Apply(ActivationJob job)
    {
        switch (job)
        {
            case Initialize:
                break;
            case NotifyPatch patch:
                _patchesInHistory.Add(patch.PatchId);
                break;
            case UpdateRandomSeed reseed:
                Random = new(reseed.Seed);
                break;
            case Signal signal:
                ApplySignal(signal);
                break;
            case Update update:
                ApplyUpdate(update);
                break;
            case Query query:
                ApplyQuery(query);
                break;
            case Cancel:
                _cancellation.Cancel();
                break;
            case FireTimer timer:
                _outboundRoot.Timers.Fire(timer.Seq);
                break;
            case ResolveActivity activity:
                _outboundRoot.Activities.Resolve(activity);
                break;
            case ResolveChildStart start:
                _outboundRoot.Children.ResolveStart(start);
                break;
            case ResolveChild child:
                _outboundRoot.Children.Resolve(child);
                break;
            case ResolveSignalExternal signal:
                _outboundRoot.Externals.ResolveSignal(signal);
                break;
            case ResolveCancelExternal cancel:
                _outboundRoot.Externals.ResolveCancel(cancel);
                break;
            default:
                throw new InvalidOperationException($"Job '{job.GetType().Name}' is not known to the workflow instance.");
        }
    }
}
