using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Temporalio.Tests.Extensions;

public sealed class HostingTests
{
    [Fact]
    public void AddHostedTemporalWorker_TwoQueues_HaveServicesAndOptionsOfTheirOwn()
    {
        var services = new ServiceCollection();
        services.AddTemporalClient("one:7233", "space");
        services.AddHostedTemporalWorker("a").AddWorkflow<Sample>();
        services.AddHostedTemporalWorker("two:7233", "other", "b").AddStaticActivities(typeof(StaticActivities)).ConfigureOptions(o => o.MaxConcurrentActivities = 7);
        using var provider = services.BuildServiceProvider();

        Assert.Equal(2, provider.GetServices<IHostedService>().OfType<TemporalWorkerService>().Count());
        var options = provider.GetRequiredService<IOptionsMonitor<TemporalWorkerServiceOptions>>();
        var (a, b) = (options.Get("a"), options.Get("b"));
        Assert.Equal(("a", "Sample", null), (a.TaskQueue, Assert.Single(a.Workflows).Name, a.ClientOptions));
        Assert.Equal(("b", "StaticOne", 7), (b.TaskQueue, Assert.Single(b.Activities).Name, b.MaxConcurrentActivities));
        Assert.Equal(("two:7233", "other"), (b.ClientOptions!.TargetHost, b.ClientOptions.Namespace));
    }

    [Fact]
    public void AddHostedTemporalWorker_SameQueueTwice_IsRefusedUnlessVersionsDiffer()
    {
        var services = new ServiceCollection();
        services.AddHostedTemporalWorker("a", Version("1"));
        services.AddHostedTemporalWorker("a", Version("2"));

        var error = Assert.Throws<InvalidOperationException>(() => services.AddHostedTemporalWorker("a", Version("2")));

        Assert.Contains("task queue 'a' and deployment version 'deployment.2'", error.Message);
    }

    [Fact]
    public void TemporalWorkerService_OptionsOfAnotherQueue_NamesBoth()
    {
        var services = new ServiceCollection();
        services.AddTemporalClient("one:7233");
        services.AddHostedTemporalWorker("a").AddWorkflow<Sample>().ConfigureOptions(o => o.TaskQueue = "b");
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => provider.GetServices<IHostedService>().ToList());

        Assert.Contains("was made for task queue 'a', its options are of task queue 'b'", error.Message);
    }

    [Fact]
    public void TemporalWorkerService_NoClientAtAll_SaysHowToGetOne()
    {
        var services = new ServiceCollection();
        services.AddHostedTemporalWorker("a").AddWorkflow<Sample>();
        using var provider = services.BuildServiceProvider();

        Assert.Contains("call AddTemporalClient", Assert.Throws<InvalidOperationException>(() => provider.GetServices<IHostedService>().ToList()).Message);
        Assert.Throws<ArgumentException>(() => new TemporalWorkerService(new TemporalWorkerServiceOptions("a")));
    }

    [Fact]
    public void AddTemporalClient_Twice_IsOneLazyClientThatLogsWithTheServices()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddTemporalClient("one:7233", "space");
        services.AddTemporalClient(o => o.Identity = "me");
        using var provider = services.BuildServiceProvider();

        var client = Assert.Single(provider.GetServices<ITemporalClient>());

        Assert.Same(client, provider.GetRequiredService<ITemporalClient>());
        Assert.False(client.Connection.IsConnected);
        Assert.Equal(("one:7233", "me", "space"), (client.Connection.Options.TargetHost, client.Connection.Options.Identity, client.Options.Namespace));
        Assert.Same(provider.GetRequiredService<ILoggerFactory>(), client.Options.LoggerFactory);
    }

    [Fact]
    public void Clone_OfServiceOptions_CopiesListsAndConnectOptionsAndKeepsTheUpdater()
    {
        var options = new TemporalWorkerServiceOptions("a") { ClientOptions = new("one:7233"), WorkerClientUpdater = new() };
        var copy = (TemporalWorkerServiceOptions)options.Clone();
        copy.AddWorkflow<Sample>();
        copy.ClientOptions!.TargetHost = "two:7233";

        Assert.Empty(options.Workflows);
        Assert.Equal("one:7233", options.ClientOptions.TargetHost);
        Assert.Same(options.WorkerClientUpdater, copy.WorkerClientUpdater);
    }

    [Fact]
#pragma warning disable CS0618 // What code of the older kind calls.
    public void AddHostedTemporalWorker_WithABuildId_IsOfTheOlderKind()
    {
        var services = new ServiceCollection();
        services.AddTemporalClient("one:7233");
        var builder = services.AddHostedTemporalWorker("a", "build-1").AddWorkflow<Sample>();
        using var provider = services.BuildServiceProvider();

        Assert.Equal(("build-1", null), (builder.BuildId, builder.DeploymentOptions));
        TemporalWorkerServiceOptions? seen = null;
        builder.ConfigureOptions(o => seen = o);
        using var again = services.BuildServiceProvider();
        Assert.Single(again.GetServices<IHostedService>());
        Assert.Equal(("build-1", true), (seen!.BuildId, seen.UseWorkerVersioning));
    }
#pragma warning restore CS0618

    [Fact]
    public async Task CreateTemporalActivityDefinitions_ScopedType_HasAnObjectAndAScopeOfItsOwnForEachCall()
    {
        List<ScopedState> made = [];
        var services = new ServiceCollection();
        services.AddScoped(_ =>
        {
            made.Add(new());
            return made[^1];
        });
        services.AddScoped<InjectedActivities>();
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var definition = provider.CreateTemporalActivityDefinitions<InjectedActivities>().Single(d => d.Name == "Count");

        Assert.Equal(1, await definition.InvokeAsync([]));
        Assert.Equal(1, await definition.InvokeAsync([]));
        Assert.Equal([true, true], made.Select(s => s.IsDisposed));
        Assert.Null(ActivityScope.ServiceScope);
    }

    [Fact]
    public async Task CreateTemporalActivityDefinitions_ScopeSetOutside_IsUsedAndLeftToItsOwner()
    {
        var services = new ServiceCollection();
        services.AddScoped<OwnState>().AddScoped<OwnActivities>();
        await using var provider = services.BuildServiceProvider();
        var definition = Assert.Single(provider.CreateTemporalActivityDefinitions(typeof(OwnActivities)));
        using var scope = provider.CreateScope();
        ActivityScope.ServiceScope = scope;

        Assert.Equal(1, await definition.InvokeAsync([]));
        Assert.Equal(2, await definition.InvokeAsync([]));
        Assert.False(scope.ServiceProvider.GetRequiredService<OwnState>().IsDisposed);
        ActivityScope.ScopedInstance = new OwnActivities(new OwnState { Count = 41 });
        Assert.Equal(42, await definition.InvokeAsync([]));
    }

    [Fact]
    public async Task CreateTemporalActivityDefinitions_FailingMethod_ThrowsItsOwnException()
    {
        await using var provider = new ServiceCollection().AddScoped<ScopedState>().AddScoped<InjectedActivities>().BuildServiceProvider();
        var definitions = provider.CreateTemporalActivityDefinitions<InjectedActivities>();

        var error = await Assert.ThrowsAsync<NotSupportedException>(() => definitions.Single(d => d.Name == "Fail").InvokeAsync([]));

        Assert.Contains(nameof(InjectedActivities.Fail), error.StackTrace!);
        Assert.Equal("static", await definitions.Single(d => d.Name == "Name").InvokeAsync([]));
        Assert.Throws<ArgumentException>(() => provider.CreateTemporalActivityDefinitions<OwnState>());
    }

    private static WorkerDeploymentOptions Version(string build) => new(new WorkerDeploymentVersion("deployment", build), useWorkerVersioning: false);

    [Workflow]
    public sealed class Sample
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }

    public static class StaticActivities
    {
        [Activity]
        public static void StaticOne()
        {
        }
    }

    public sealed class ScopedState : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public int Count { get; set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed class InjectedActivities(ScopedState state, IServiceProvider services)
    {
        [Activity]
        public static string Name() => "static";

        [Activity]
        public async Task<int> CountAsync()
        {
            await Task.Yield();
            Assert.Same(state, services.GetRequiredService<ScopedState>());
            Assert.Same(state, ActivityScope.ServiceScope!.ServiceProvider.GetRequiredService<ScopedState>());
            Assert.Same(this, ActivityScope.ScopedInstance);
            return ++state.Count;
        }

        [Activity]
        public void Fail() => throw new NotSupportedException("as it is");
    }

    public sealed class OwnState : IDisposable
    {
        public int Count { get; set; }

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed class OwnActivities(OwnState state)
    {
        [Activity]
        public int Count() => ++state.Count;
    }
}
