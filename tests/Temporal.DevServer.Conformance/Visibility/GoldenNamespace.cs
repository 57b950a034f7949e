using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>The namespace of the recording on a server, with the calls that the group makes.</summary>
internal sealed class GoldenNamespace(WireClient client)
{
    /// <summary>Its name in the recording.</summary>
    public const string Name = "golden";

    private const string Workflows = "/temporal.api.workflowservice.v1.WorkflowService/";
    private const string Operators = "/temporal.api.operatorservice.v1.OperatorService/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal)
    {
        ["TemporalChangeVersion"] = "KeywordList", ["TemporalScheduledById"] = "Keyword", ["TemporalScheduledStartTime"] = "Datetime",
    };

    public static bool IsRunning(JsonNode description) =>
        description["workflowExecutionInfo"]!["status"]!.ToString() == "WORKFLOW_EXECUTION_STATUS_RUNNING";

    /// <summary>Makes the namespace with its search attributes.</summary>
    public async Task RegisterAsync(JsonObject types)
    {
        await CallAsync("RegisterNamespace", new JsonObject { ["workflowExecutionRetentionPeriod"] = "86400s" });
        var attributes = new JsonObject();
        foreach (var (name, type) in types)
        {
            _types[name] = type!.ToString();
            attributes[name] = "INDEXED_VALUE_TYPE_" + (type.ToString() == "KeywordList" ? "KEYWORD_LIST" : type.ToString().ToUpperInvariant());
        }

        await CallAsync("OperatorService.AddSearchAttributes", new JsonObject { ["searchAttributes"] = attributes });
    }

    /// <summary>Makes a call of the recording: a namespace that the request does not name is the recording's.</summary>
    public Task<WireAnswer> TryAsync(string method, JsonObject request, CancellationToken cancellationToken = default)
    {
        if (!request.ContainsKey("namespace"))
        {
            request["namespace"] = Name;
        }

        var path = method.StartsWith("OperatorService.", StringComparison.Ordinal) ? Operators + method["OperatorService.".Length..] : Workflows + method;
        return client.CallAsync(path, Payloads.ToWire(request)!, TimeSpan.FromSeconds(15), null, cancellationToken);
    }

    /// <summary>Makes a call that must succeed.</summary>
    public async Task<JsonNode> CallAsync(string method, JsonObject request)
    {
        var answer = await TryAsync(method, request);
        return answer.Code == "OK" ? answer.Response! : throw new InvalidOperationException($"{method} answered {answer.Code} '{answer.Message}' to {request.ToJsonString()}");
    }

    public Task StartAsync(JsonObject workflow)
    {
        var request = StartFields(workflow, withId: true);
        request["requestId"] = Guid.NewGuid().ToString();
        return CallAsync("StartWorkflowExecution", request);
    }

    /// <summary>The fields of a start, of a child's start or of a continuation.</summary>
    public JsonObject StartFields(JsonObject workflow, bool withId)
    {
        var fields = new JsonObject
        {
            ["workflowType"] = new JsonObject { ["name"] = workflow["type"]!.ToString() },
            ["taskQueue"] = new JsonObject { ["name"] = workflow["taskQueue"]!.ToString() },
        };
        if (withId)
        {
            fields["workflowId"] = workflow["id"]!.ToString();
        }

        if (workflow["plan"]?.ToString() == "timeout")
        {
            fields["workflowRunTimeout"] = "1s";
        }

        foreach (var name in new[] { "workflowStartDelay", "cronSchedule" })
        {
            if (workflow[name] is { } value)
            {
                fields[name] = value.ToString();
            }
        }

        if (workflow["searchAttributes"] is JsonObject attributes)
        {
            fields["searchAttributes"] = Attributes(attributes);
        }

        if (workflow["memo"] is JsonObject memo)
        {
            fields["memo"] = new JsonObject { ["fields"] = new JsonObject(memo.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject { ["$json"] = m.Value?.DeepClone() }))) };
        }

        return fields;
    }

    /// <summary>Search attributes as clients send them.</summary>
    public JsonObject Attributes(JsonObject values) => new()
    {
        ["indexedFields"] = new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)new JsonObject
        {
            ["$json"] = v.Value?.DeepClone(), ["$meta"] = new JsonObject { ["type"] = _types[v.Key] },
        }))),
    };

    /// <summary>A workflow task of the queue, or null when none came for a while.</summary>
    public async Task<JsonNode?> PollAsync(string queue, CancellationToken stop)
    {
        try
        {
            var answer = await TryAsync("PollWorkflowTaskQueue", new JsonObject { ["taskQueue"] = new JsonObject { ["name"] = queue }, ["identity"] = "golden" }, stop);
            return answer.Response?["taskToken"] is null ? null : answer.Response;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits until the description of the id's latest run is as it should be.</summary>
    public async Task UntilAsync(string workflowId, Func<JsonNode, bool> done)
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            var answer = await TryAsync("DescribeWorkflowExecution", new JsonObject { ["execution"] = new JsonObject { ["workflowId"] = workflowId } });
            if (answer.Code == "OK" && done(answer.Response!))
            {
                return;
            }

            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"'{workflowId}' does not get to where its plan says; last seen {answer.Code} {answer.Message} {answer.Response?.ToJsonString()}");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>Every entry that the query finds, page by page.</summary>
    public async Task<List<JsonObject>> ListAllAsync(string query)
    {
        var entries = new List<JsonObject>();
        var token = "";
        do
        {
            var page = await CallAsync("ListWorkflowExecutions", new JsonObject { ["query"] = query, ["nextPageToken"] = token });
            entries.AddRange((page["executions"]?.AsArray() ?? []).Select(e => e!.AsObject()));
            token = page["nextPageToken"]?.ToString() ?? "";
        }
        while (token.Length > 0);
        return entries;
    }

    /// <summary>Makes the schedule and lets it catch up; false when the server has no schedules.</summary>
    public async Task<bool> CreateScheduleAsync(JsonNode schedule)
    {
        var action = schedule["action"]!.AsObject();
        var start = StartFields(new JsonObject
        {
            ["id"] = action["workflowId"]!.ToString(), ["type"] = action["workflowType"]!.ToString(), ["taskQueue"] = action["taskQueue"]!.ToString(),
            ["searchAttributes"] = action["searchAttributes"]!.DeepClone(),
        }, withId: true);
        var answer = await TryAsync("CreateSchedule", new JsonObject
        {
            ["scheduleId"] = schedule["scheduleId"]!.ToString(),
            ["requestId"] = Guid.NewGuid().ToString(),
            ["schedule"] = new JsonObject
            {
                ["spec"] = new JsonObject { ["interval"] = new JsonArray(new JsonObject { ["interval"] = schedule["interval"]!.ToString() }) },
                ["action"] = new JsonObject { ["startWorkflow"] = start },
                ["state"] = new JsonObject { ["paused"] = schedule["paused"]!.GetValue<bool>() },
            },
        });
        if (answer.Code == "UNIMPLEMENTED")
        {
            return false;
        }

        var backfill = schedule["backfill"]!;
        await CallAsync("PatchSchedule", new JsonObject
        {
            ["scheduleId"] = schedule["scheduleId"]!.ToString(),
            ["requestId"] = Guid.NewGuid().ToString(),
            ["patch"] = new JsonObject
            {
                ["backfillRequest"] = new JsonArray(new JsonObject
                {
                    ["startTime"] = backfill["startTime"]!.ToString(), ["endTime"] = backfill["endTime"]!.ToString(),
                    ["overlapPolicy"] = "SCHEDULE_OVERLAP_POLICY_" + backfill["overlapPolicy"],
                }),
            },
        });
        return true;
    }

    /// <summary>Starts a run as the schedule would have.</summary>
    public Task StartScheduledAsync(JsonNode schedule, string run)
    {
        var action = schedule["action"]!;
        var attributes = action["searchAttributes"]!.DeepClone().AsObject();
        attributes["TemporalScheduledById"] = schedule["scheduleId"]!.ToString();
        attributes["TemporalScheduledStartTime"] = run["sched-wf-".Length..];
        return StartAsync(new JsonObject
        {
            ["id"] = run, ["type"] = action["workflowType"]!.ToString(), ["taskQueue"] = action["taskQueue"]!.ToString(), ["searchAttributes"] = attributes,
        });
    }
}
