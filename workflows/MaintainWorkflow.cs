using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Keeps a pipeline's tables in shape, one table after the other and behind everything else: old partitions go, small files are put together, what nobody needs is deleted.
/// May be started again at any time; a table that cannot be kept in shape does not keep the others from it.
/// </summary>
[Workflow("Maintain")]
public sealed class MaintainWorkflow
{
    private static readonly MaintainStepKind[] Order = [MaintainStepKind.Retire, MaintainStepKind.Compact, MaintainStepKind.Tier, MaintainStepKind.Sweep, MaintainStepKind.Vacuum, MaintainStepKind.Checkpoint];

    private readonly List<MaintainTable> _tables = [];
    private string _phase = "planning";
    private string? _step;

    [WorkflowRun]
    public async Task<MaintainReport> RunAsync(MaintainRequest request)
    {
        Tell("planning", null);
        if (Workflow.Patched("search-attributes"))
        {
            var labels = await Workflow.ExecuteActivityAsync((IMaintenanceActivities a) => a.DescribeMaintenanceAsync(request), Steps.For(Steps.Maintain, "describe"));
            Labels.Tell(labels, labels.Updates(request.Pipeline, null));
        }

        var planned = await Workflow.ExecuteActivityAsync((IMaintenanceActivities a) => a.PlanMaintenanceAsync(request), Steps.For(Steps.Maintain, "look at the tables"));
        if (request.DryRun)
        {
            _tables.AddRange(planned);
            return Tell("planned", null);
        }

        foreach (var table in planned)
        {
            await MaintainAsync(request, table);
        }

        return Tell("completed", null);
    }

    /// <summary>Where maintenance is.</summary>
    [WorkflowQuery("progress")]
    public MaintainReport Progress() => new() { Phase = _phase, Step = _step, Tables = [.. _tables] };

    private async Task MaintainAsync(MaintainRequest request, MaintainTable planned)
    {
        var index = _tables.Count;
        _tables.Add(planned with { Steps = [] });
        foreach (var kind in Order.Where(k => planned.Steps.Any(s => s.Kind == k)))
        {
            var name = $"{kind.ToString().ToLowerInvariant()} {planned.Table}";
            Tell("running", name);
            try
            {
                var step = new MaintainStepRequest(request.Pipeline, planned, kind, Workflow.Info.WorkflowId, Workflow.Info.RunId);
                if (await Workflow.ExecuteActivityAsync((IMaintenanceActivities a) => a.MaintainTableAsync(step), Steps.For(Steps.Maintain, name)) is { } done)
                {
                    _tables[index] = _tables[index] with { Steps = [.. _tables[index].Steps, done] };
                }
            }
            catch (ActivityFailureException e) when (!TemporalException.IsCanceledException(e))
            {
                _tables[index] = _tables[index] with { Problems = [.. _tables[index].Problems, $"{name}: {e.InnerException?.Message ?? e.Message}"] };
            }
        }
    }

    private MaintainReport Tell(string phase, string? step)
    {
        (_phase, _step) = (phase, step);
        var page = new StringBuilder($"**{phase}**{(step is null ? "" : " " + step)}\n\n| table | step | partitions | files | bytes | new files | new bytes |\n|---|---|---|---|---|---|---|\n");
        foreach (var table in _tables)
        {
            foreach (var s in table.Steps)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{table.Table}` | {s.Kind.ToString().ToLowerInvariant()} | {s.Partitions} | {s.Files} | {s.Bytes} | {s.NewFiles} | {s.NewBytes} |\n");
            }
        }

        foreach (var problem in _tables.SelectMany(t => t.Problems).Distinct())
        {
            page.Append(CultureInfo.InvariantCulture, $"\n- {problem}\n");
        }

        Workflow.CurrentDetails = page.ToString();
        return Progress();
    }
}
