using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Runtime;
using Temporalio.Worker;
using Temporalio.Worker.Interceptors;
using Temporalio.Worker.Tuning;

namespace Temporalio.Tests.Fakes;

/// <summary>An activity worker over a fake service, stopped on disposal.</summary>
internal sealed class RunningActivityWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public RunningActivityWorker(Action<Setup>? configure, params Delegate[] activities)
    {
        var setup = new Setup();
        configure?.Invoke(setup);
        Time = setup.Time;
        Service = setup.Service;
        Worker = new(Service, new()
        {
            Namespace = "default",
            TaskQueue = "tq",
            Identity = "me",
            Activities = [.. activities.Select(ActivityDefinition.Create)],
            LoggerFactory = NullLoggerFactory.Instance,
            MetricMeter = TemporalRuntime.Default.MetricMeter,
            Client = () => throw new InvalidOperationException(),
            Slots = setup.Slots ?? new FixedSizeSlotSupplier(setup.SlotCount),
            LocalSlots = new FixedSizeSlotSupplier(2),
            Polls = setup.Polls == 0 ? null : new Temporalio.Worker.Tuning.PollerBehavior.SimpleMaximum(setup.Polls),
            GracefulShutdownTimeout = setup.Grace,
            TimeProvider = Time,
            Interceptors = setup.Interceptors,
        });
        _run = Worker.ExecuteAsync(_stop.Token);
    }

    public ManualTime Time { get; }

    public FakeActivityService Service { get; }

    public ActivityWorker Worker { get; }

    public Task StopAsync()
    {
        _stop.Cancel();
        return _run.InTimeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        while (!_run.IsCompleted)
        {
            // Lets a grace period that a test gave pass.
            Time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(_run, Task.Delay(5));
        }

        await _run;
        Worker.Dispose();
        _stop.Dispose();
    }

    internal sealed class Setup
    {
        public ManualTime Time { get; } = new();

        public FakeActivityService Service { get; } = new();

        public int Polls { get; set; } = 1;

        public int SlotCount { get; set; } = 10;

        public SlotSupplier? Slots { get; set; }

        public TimeSpan Grace { get; set; }

        public IReadOnlyCollection<IWorkerInterceptor> Interceptors { get; set; } = [];
    }
}
