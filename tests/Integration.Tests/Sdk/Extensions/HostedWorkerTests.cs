using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Extensions;

/// <summary>Workers inside of a host: connection, lifetimes of activities, exchange of the client, shutdown.</summary>
public sealed class HostedWorkerTests(SdkServer server) : IClassFixture<SdkServer>
{
    [Theory]
    [InlineData("singleton", 1, 2)]
    [InlineData("scoped", 1, 1)]
    [InlineData("transient", 1, 1)]
    public async Task Host_ActivitiesOfALifetime_AreMadeAccordingly(string lifetime, int first, int second)
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var host = Build(services =>
        {
            var worker = services.AddHostedTemporalWorker(Address, "default", queue).AddWorkflow<CallTwice>();
            _ = lifetime switch
            {
                "singleton" => worker.AddSingletonActivities<CountingActivities>(),
                "scoped" => worker.AddScopedActivities<CountingActivities>(),
                _ => worker.AddTransientActivities<CountingActivities>(),
            };
        });
        await host.StartAsync();

        Assert.Equal(new[] { first, second }, await server.Client.ExecuteWorkflowAsync((CallTwice wf) => wf.RunAsync(), SdkServer.Options(queue)));
        await host.StopAsync();
    }

    [Fact]
    public async Task Host_ClientAmongTheServices_IsConnectedByTheWorker()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var host = Build(services =>
        {
            services.AddTemporalClient(Address);
            services.AddHostedTemporalWorker(queue).AddWorkflow<CallTwice>().AddActivitiesInstance(new CountingActivities { Calls = 10 });
        });
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITemporalClient>();

        Assert.Equal(new[] { 11, 12 }, await client.ExecuteWorkflowAsync((CallTwice wf) => wf.RunAsync(), SdkServer.Options(queue)));
        await host.StopAsync();
    }

    [Fact]
    public async Task Host_ScopeOfAnInterceptor_IsTheActivitys()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var host = Build(services =>
        {
            services.AddTemporalClient(Address);
            services.AddScoped<CountingActivities>();
            services.AddHostedTemporalWorker(queue).AddWorkflow<CallTwice>().ApplyTemporalActivities<CountingActivities>()
                .ConfigureOptions().Configure<IServiceProvider>((o, provider) => o.Interceptors = [new ScopeInterceptor(provider)]);
        });
        await host.StartAsync();

        Assert.Equal(new[] { 101, 101 }, await server.Client.ExecuteWorkflowAsync((CallTwice wf) => wf.RunAsync(), SdkServer.Options(queue)));
        await host.StopAsync();
    }

    [Fact]
    public async Task UpdateClient_WhileTheHostRuns_MovesItsPollsToTheNewClient()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var updater = new TemporalWorkerClientUpdater();
        using var host = Build(services => services.AddHostedTemporalWorker(Address, "default", queue)
            .AddWorkflow<CallTwice>().AddScopedActivities<CountingActivities>()
            .ConfigureOptions(o => o.WorkerClientUpdater = updater));
        await host.StartAsync();
        await server.Client.ExecuteWorkflowAsync((CallTwice wf) => wf.RunAsync(), SdkServer.Options(queue));
        var other = await TemporalClient.ConnectAsync(new(Address) { Identity = "the other" });

        updater.UpdateClient(other);

        Assert.Equal(new[] { 1, 1 }, await server.Client.ExecuteWorkflowAsync((CallTwice wf) => wf.RunAsync(), SdkServer.Options(queue)));
        var lazy = TemporalClient.CreateLazy(new(Address));
        Assert.Throws<InvalidOperationException>(() => updater.UpdateClient(lazy));
        await host.StopAsync();
    }

    private string Address => server.Client.Connection.Options.TargetHost!;

    private static IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        configure(builder.Services);
        return builder.Build();
    }

    [Workflow]
    public sealed class CallTwice
    {
        [WorkflowRun]
        public async Task<int[]> RunAsync()
        {
            var options = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30), RetryPolicy = new() { MaximumAttempts = 1 } };
            var first = await Workflow.ExecuteActivityAsync((CountingActivities a) => a.CallAsync(), options);
            var second = await Workflow.ExecuteActivityAsync((CountingActivities a) => a.CallAsync(), options);
            return [first, second];
        }
    }

    public sealed class CountingActivities
    {
        public int Calls { get; set; }

        [Activity]
        public async Task<int> CallAsync()
        {
            await Task.Yield();
            return ++Calls;
        }
    }

    private sealed class ScopeInterceptor(IServiceProvider provider) : IWorkerInterceptor
    {
        public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(provider, nextInterceptor);

        private sealed class Inbound(IServiceProvider provider, ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
        {
            public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
            {
                await using var scope = provider.CreateAsyncScope();
                ActivityScope.ServiceScope = scope;
                scope.ServiceProvider.GetRequiredService<CountingActivities>().Calls = 100;
                return await base.ExecuteActivityAsync(input);
            }
        }
    }
}
