using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Worker;

/// <summary>Finds the definition of an activity, decodes its arguments and calls it through the interceptors.</summary>
internal sealed class ActivityRunner
{
    private readonly ActivityWorkerOptions _options;
    private readonly CancellationToken _workerShutdown;
    private readonly Dictionary<string, ActivityDefinition> _byName = new(StringComparer.Ordinal);
    private readonly ActivityDefinition? _dynamic;
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    internal ActivityRunner(ActivityWorkerOptions options, CancellationToken workerShutdown)
    {
        _options = options;
        _workerShutdown = workerShutdown;
        foreach (var definition in options.Activities)
        {
            if (definition.Name is { } name)
            {
                _byName.Add(name, definition);
            }
            else
            {
                _dynamic = definition;
            }
        }
    }

    /// <summary>Whether an activity of this name, or a dynamic one, is registered.</summary>
    internal bool Knows(string name) => Find(name) is not null;

    /// <summary>The context of an attempt about to run.</summary>
    internal ActivityExecutionContext CreateContext(ActivityInfo info, ActivityCancellation cancellation, DataConverter converter)
    {
        var meter = new Lazy<MetricMeter>(() => _options.MetricMeter.WithTags(
        [
            new("namespace", _options.Namespace),
            new("task_queue", _options.TaskQueue),
            new("activity_type", info.ActivityType),
        ]));
        var logger = _loggers.GetOrAdd(info.ActivityType, static (type, factory) => factory.CreateLogger($"Temporalio.Activity:{type}"), _options.LoggerFactory);
        return new(info, cancellation, _workerShutdown, logger, converter.PayloadConverter, meter, _options.Client);
    }

    /// <summary>Runs an attempt; completes or throws as its code does.</summary>
    /// <param name="context">Its context.</param>
    /// <param name="input">Its arguments, after the codec.</param>
    /// <param name="headers">Its headers, after the codec; null when none.</param>
    /// <param name="heartbeat">Takes heartbeats.</param>
    internal Task<object?> RunAsync(
        ActivityExecutionContext context, IReadOnlyList<Payload> input, IReadOnlyDictionary<string, Payload>? headers, Action<object?[]> heartbeat)
    {
        var definition = Find(context.Info.ActivityType) ?? throw NotFound(context.Info.ActivityType);
        var args = Decode(definition, input, context.PayloadConverter);
        var call = new ExecuteActivityInput(definition, args, headers);
        return _options.TaskFactory.StartNew(
            () => CallAsync(context, call, heartbeat), CancellationToken.None, TaskCreationOptions.DenyChildAttach,
            _options.TaskFactory.Scheduler ?? TaskScheduler.Default).Unwrap();
    }

    private static object?[] Decode(ActivityDefinition definition, IReadOnlyList<Payload> input, IPayloadConverter converter)
    {
        if (definition.Dynamic)
        {
            return [input.Select(IRawValue (p) => new RawValue(p)).ToArray()];
        }

        if (input.Count < definition.RequiredParameterCount)
        {
            throw new ApplicationFailureException(
                $"Activity '{definition.Name}' needs {definition.RequiredParameterCount} arguments, got {input.Count}.");
        }

        var args = new object?[Math.Min(input.Count, definition.ParameterTypes.Count)];
        var i = 0;
        foreach (var type in definition.ParameterTypes)
        {
            if (i == args.Length)
            {
                break;
            }

            try
            {
                args[i] = converter.ToValue(input[i], type);
            }
            catch (Exception e)
            {
                throw new ApplicationFailureException(
                    $"Argument {i + 1} of activity '{definition.Name}' cannot be read as '{type}': {e.Message}", e);
            }

            i++;
        }

        return args;
    }

    private async Task<object?> CallAsync(ActivityExecutionContext context, ExecuteActivityInput call, Action<object?[]> heartbeat)
    {
        // The scope of this asynchronous method ends with it, so nothing has to be put back.
        ActivityExecutionContext.SetCurrent(context);
        using var scope = context.Logger.BeginScope(new ActivityLogScope(context.Info));
        ActivityInboundInterceptor inbound = new Inbound(context);
        foreach (var interceptor in _options.Interceptors.Reverse())
        {
            inbound = interceptor.InterceptActivity(inbound);
        }

        inbound.Init(new Outbound(heartbeat));
        return await inbound.ExecuteActivityAsync(call).ConfigureAwait(false);
    }

    private ActivityDefinition? Find(string name) =>
        _byName.TryGetValue(name, out var definition) ? definition
        : name.StartsWith("__temporal", StringComparison.Ordinal) ? null
        : _dynamic;

    private ApplicationFailureException NotFound(string name) => new(
        $"Activity '{name}' is not registered on this worker, available activities: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}",
        errorType: "NotFoundError");

    private sealed class Inbound(ActivityExecutionContext context) : ActivityInboundInterceptor
    {
        public override void Init(ActivityOutboundInterceptor outbound) => context.Outbound = outbound;

        public override Task<object?> ExecuteActivityAsync(ExecuteActivityInput input) => input.Activity.InvokeAsync(input.Args);
    }

    private sealed class Outbound(Action<object?[]> heartbeat) : ActivityOutboundInterceptor
    {
        public override void Heartbeat(HeartbeatInput input) => heartbeat(input.Details);
    }
}
