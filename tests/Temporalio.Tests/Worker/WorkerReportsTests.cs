using Orchestrator.TestKit;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Worker.V1;
using Temporalio.Tests.Fakes;
using Temporalio.Worker.Telemetry;
using Temporalio.Worker.Tuning;

namespace Temporalio.Tests.Worker;

public sealed class WorkerReportsTests
{
    [Fact]
    public void Next_TwoReports_CountInAllAndSinceTheFirst()
    {
        var time = new ManualTime();
        var telemetry = WorkerTelemetry.None;
        telemetry.ActivitySlots.SuppliedBy(new FixedSizeSlotSupplier(5));
        var reports = new WorkerReports(telemetry, new WorkerHeartbeat { WorkerInstanceKey = "key", Plugins = { new PluginInfo { Name = "p" } } }, new EnvironmentInfo(), time);
        Run(telemetry.ActivitySlots, 3);
        telemetry.ActivitySlots.Fail();
        var first = reports.Next(WorkerStatus.Running);

        time.Advance(TimeSpan.FromSeconds(60));
        Run(telemetry.ActivitySlots, 2);
        telemetry.ActivitySlots.Enter();
        telemetry.ActivityPolls.Enter();
        telemetry.CacheMiss();
        telemetry.Cache(4);
        var last = reports.Next(WorkerStatus.ShuttingDown);

        Assert.Equal(("key", "p", WorkerStatus.Running), (first.WorkerInstanceKey, first.Plugins.Single().Name, first.Status));
        Assert.Null(first.ElapsedSinceLastHeartbeat);
        Assert.NotNull(first.Environment);
        Assert.Equal(
            new WorkerSlotsInfo
            {
                CurrentAvailableSlots = 5, SlotSupplierKind = "Fixed", TotalProcessedTasks = 3, LastIntervalProcessedTasks = 3, TotalFailedTasks = 1, LastIntervalFailureTasks = 1,
            },
            first.ActivityTaskSlotsInfo);
        Assert.Equal(WorkerStatus.ShuttingDown, last.Status);
        Assert.Null(last.Environment);
        Assert.Equal(TimeSpan.FromSeconds(60), last.ElapsedSinceLastHeartbeat.ToTimeSpan());
        Assert.Equal(first.StartTime, last.StartTime);
        Assert.Equal(
            new WorkerSlotsInfo
            {
                CurrentAvailableSlots = 4, CurrentUsedSlots = 1, SlotSupplierKind = "Fixed", TotalProcessedTasks = 5, LastIntervalProcessedTasks = 2, TotalFailedTasks = 1,
            },
            last.ActivityTaskSlotsInfo);
        Assert.Equal((1, 0, 1, 4), (last.ActivityPollerInfo.CurrentPollers, last.TotalStickyCacheHit, last.TotalStickyCacheMiss, last.CurrentStickyCacheSize));
    }

    private static void Run(SlotCount slots, int tasks)
    {
        for (var task = 0; task < tasks; task++)
        {
            slots.Enter();
            slots.Leave();
        }
    }
}
