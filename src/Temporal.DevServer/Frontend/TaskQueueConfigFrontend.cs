using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using RateLimitUpdate = Temporalio.Api.WorkflowService.V1.UpdateTaskQueueConfigRequest.Types.RateLimitUpdate;

namespace Temporal.DevServer.Frontend;

/// <summary>Rate limits and fairness weights that operators give to queues. They are part of the namespace and outlive the server.</summary>
internal sealed class TaskQueueConfigFrontend(NamespaceRegistry namespaces, TaskQueues queues, RequestChecks checks, TimeProvider time)
{
    private const int LongestReason = 1000;
    private const int LongestKey = 64;
    private const int MostOverrides = 1000;

    public void Map(ServiceMap map) => map.Add<UpdateTaskQueueConfigRequest, UpdateTaskQueueConfigResponse>("UpdateTaskQueueConfig", UpdateAsync);

    private async ValueTask<UpdateTaskQueueConfigResponse> UpdateAsync(UpdateTaskQueueConfigRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        var type = request.TaskQueueType == TaskQueueType.Unspecified ? TaskQueueType.Workflow : request.TaskQueueType;
        CheckLimit(request.UpdateQueueRateLimit, request.TaskQueueType, "UpdateQueueRateLimit", "rate limit");
        CheckLimit(request.UpdateFairnessKeyRateLimitDefault, request.TaskQueueType, "UpdateFairnessKeyRateLimitDefault", "fairness key rate limit");
        checks.Length(request.Identity, "Identity");
        CheckWeights(request);
        if (request is { UpdateQueueRateLimit: null, UpdateFairnessKeyRateLimitDefault: null, SetFairnessWeightOverrides.Count: 0, UnsetFairnessWeightOverrides.Count: 0 })
        {
            return new UpdateTaskQueueConfigResponse { Config = ns.QueueConfig(type, request.TaskQueue) ?? new TaskQueueConfig() };
        }

        TaskQueueConfig? changed = null;
        await namespaces.UpdateAsync(ns.Name, record =>
        {
            var key = NamespaceEntry.QueueConfigKey(type, request.TaskQueue);
            changed = Changed(record.TaskQueues.TryGetValue(key, out var before) ? before : new TaskQueueConfig(), request);
            record.TaskQueues[key] = changed;
        }).ConfigureAwait(false);
        queues.Get(new QueueKey(ns.Id, request.TaskQueue, type, IsSticky: false)).Configure(changed!);
        return new UpdateTaskQueueConfigResponse { Config = changed };
    }

    private TaskQueueConfig Changed(TaskQueueConfig config, UpdateTaskQueueConfigRequest request)
    {
        config.QueueRateLimit = Limit(request.UpdateQueueRateLimit, request.Identity) ?? config.QueueRateLimit;
        config.FairnessKeysRateLimitDefault = Limit(request.UpdateFairnessKeyRateLimitDefault, request.Identity) ?? config.FairnessKeysRateLimitDefault;
        foreach (var (key, weight) in request.SetFairnessWeightOverrides)
        {
            config.FairnessWeightOverrides[key] = weight;
        }

        foreach (var key in request.UnsetFairnessWeightOverrides)
        {
            config.FairnessWeightOverrides.Remove(key);
        }

        return config;
    }

    private RateLimitConfig? Limit(RateLimitUpdate? update, string identity) => update is null ? null : new RateLimitConfig
    {
        RateLimit = update.RateLimit,
        Metadata = new ConfigMetadata { Reason = update.Reason, UpdateIdentity = identity, UpdateTime = Durations.Wire(time.GetUtcNow().UtcDateTime) },
    };

    private static void CheckLimit(RateLimitUpdate? update, TaskQueueType type, string field, string what)
    {
        if (update?.RateLimit is not { } limit)
        {
            return;
        }

        if (type == TaskQueueType.Workflow)
        {
            throw ServiceErrors.InvalidArgument($"Setting {what} on workflow task queues is not allowed.");
        }

        if (limit.RequestsPerSecond < 0)
        {
            throw ServiceErrors.InvalidArgument($"RequestsPerSecond for {field} rate limit must be non-negative.");
        }

        if (update.Reason.Length > LongestReason)
        {
            throw ServiceErrors.InvalidArgument($"{field}.Reason field too long (max {LongestReason} characters).");
        }
    }

    private static void CheckWeights(UpdateTaskQueueConfigRequest request)
    {
        var (set, unset) = (request.SetFairnessWeightOverrides, request.UnsetFairnessWeightOverrides);
        if (set.Count + unset.Count > MostOverrides)
        {
            throw ServiceErrors.InvalidArgument(
                $"too many fairness weight overrides in request: got {set.Count + unset.Count}, maximum {MostOverrides}");
        }

        foreach (var key in set.Keys.Concat(unset))
        {
            if (key.Length == 0)
            {
                throw ServiceErrors.InvalidArgument("fairness weight override key must not be empty");
            }

            if (CommandValidation.Bytes(key) > LongestKey)
            {
                throw ServiceErrors.InvalidArgument("fairness key length exceeds limit");
            }
        }

        foreach (var (key, weight) in set)
        {
            if (weight <= 0)
            {
                throw ServiceErrors.InvalidArgument($"invalid fairness weight weight for key \"{key}\": must be greater than zero");
            }

            if (unset.Contains(key))
            {
                throw ServiceErrors.InvalidArgument($"fairness weight override key \"{key}\" present in both set and unset lists");
            }
        }
    }
}
