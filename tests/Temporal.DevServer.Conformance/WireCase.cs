using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance;

/// <summary>One recorded case: its steps are made in order against a server and every answer is compared.</summary>
public sealed class WireCase(JsonObject recording)
{
    private const string Workflows = "/temporal.api.workflowservice.v1.WorkflowService/";
    private const string Operators = "/temporal.api.operatorservice.v1.OperatorService/";

    private readonly Symbols _symbols = new();
    private readonly Dictionary<string, (Task<WireAnswer> Call, CancellationTokenSource Cancel)> _background = new(StringComparer.Ordinal);

    /// <summary>The case's name.</summary>
    public string Id => recording["id"]!.GetValue<string>();

    /// <summary>The case was recorded on a server with lowered limits.</summary>
    public bool NeedsLimits => recording["dynamicConfig"] is not null || Id is "limits-features" or "limits-pause-workflow";

    /// <summary>It starts batch operations.</summary>
    public bool HasBatch { get; } = recording["steps"]!.AsArray().Any(s => s!["method"]?.ToString() == "StartBatchOperation");

    /// <summary>Runs the case; returns the differences, none when it passed.</summary>
    public async Task<List<string>> RunAsync(WireClient client, CancellationToken cancellationToken = default)
    {
        var unstable = (recording["unstable"]?.AsArray() ?? []).Select(p => p!.GetValue<string>()).Concat(Counts()).ToHashSet(StringComparer.Ordinal);
        var comparison = new Comparison(_symbols, unstable) { Start = DateTime.UtcNow };
        var steps = recording["steps"]!.AsArray();
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i]!.AsObject();
            try
            {
                await StepAsync(client, step, $"/{i}", comparison, unstable, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                comparison.Differences.Add($"/{i}: {e.GetType().Name} {e.Message} {_symbols.Substitute(step["request"] ?? new JsonObject())?.ToJsonString()}");
            }

            if (comparison.Differences.Count > 20)
            {
                break;
            }
        }

        foreach (var (call, cancel) in _background.Values)
        {
            await cancel.CancelAsync();
        }

        return comparison.Differences;
    }

    /// <summary>Counts over all workflows tell of the cases that ran before, and these differ with their order.</summary>
    private IEnumerable<string> Counts()
    {
        var steps = recording["steps"]!.AsArray();
        foreach (var (step, i) in steps.Select((step, i) => (step!, i)))
        {
            if (step["method"]?.ToString() == "CountWorkflowExecutions" && step["request"]?["query"]?.ToString().Contains(Id, StringComparison.Ordinal) != true)
            {
                yield return $"/{i}/response/count";
                foreach (var group in Enumerable.Range(0, step["response"]?["groups"]?.AsArray().Count ?? 0))
                {
                    yield return $"/{i}/response/groups/{group}/count";
                }
            }
        }
    }

    private async Task StepAsync(
        WireClient client, JsonObject step, string path, Comparison comparison, IReadOnlySet<string> unstable, CancellationToken cancellationToken)
    {
        if (step["sleepSeconds"] is { } seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds.GetValue<double>()), cancellationToken);
        }
        else if (step["summary"] is not null)
        {
            return; // a condensed observation: nothing to repeat
        }
        else if (step["cancelCall"] is { } cancelled)
        {
            await _background[cancelled.GetValue<string>()].Cancel.CancelAsync();
        }
        else if (step["begin"] is { } begun)
        {
            var cancel = new CancellationTokenSource();
            _background[begun.GetValue<string>()] = (CallAsync(client, step, cancel.Token), cancel);
            await Task.Delay(300, cancellationToken);
        }
        else if (step["end"] is { } ended)
        {
            Check(step, await _background[ended.GetValue<string>()].Call, path, comparison, unstable);
        }
        else if (step["note"]?.GetValue<string>().StartsWith("repeat until", StringComparison.Ordinal) == true)
        {
            await RepeatAsync(client, step, path, comparison, unstable, cancellationToken);
        }
        else
        {
            Check(step, await CallAsync(client, step, cancellationToken), path, comparison, unstable);
        }
    }

    private async Task RepeatAsync(
        WireClient client, JsonObject step, string path, Comparison comparison, IReadOnlySet<string> unstable, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await CallAsync(client, step, cancellationToken);
            var before = comparison.Differences.Count;
            Check(step, answer, path, comparison, unstable);
            var waits = unstable.Contains(path) && EventCount(answer.Response) < EventCount(step["response"]);
            if ((comparison.Differences.Count == before && !waits) || attempt >= 40)
            {
                return;
            }

            comparison.Differences.RemoveRange(before, comparison.Differences.Count - before);
            await Task.Delay(250, cancellationToken);
        }
    }

    /// <summary>A history may be told in another order, but the steps that follow need all of it.</summary>
    private static int EventCount(JsonNode? response) => response?["history"]?["events"]?.AsArray().Count ?? 0;

    private Task<WireAnswer> CallAsync(WireClient client, JsonObject step, CancellationToken cancellationToken)
    {
        var name = (step["method"] ?? step["rawMethod"])!.GetValue<string>();
        var path = name.StartsWith('/') ? name
            : name.StartsWith("OperatorService.", StringComparison.Ordinal) ? Operators + name["OperatorService.".Length..]
            : Workflows + name;
        var request = Payloads.ToWire(_symbols.Substitute(step["request"] ?? new JsonObject()))!;
        var deadline = TimeSpan.FromSeconds(step["deadlineSeconds"]?.GetValue<double>() ?? 15);
        var metadata = step["metadata"]?.AsObject().ToDictionary(p => p.Key, p => p.Value!.ToString());
        return client.CallAsync(path, request, deadline, metadata, cancellationToken, step["request"]?["$compression"]?.GetValue<string>() ?? "");
    }

    private void Check(JsonObject step, WireAnswer answer, string path, Comparison comparison, IReadOnlySet<string> unstable)
    {
        if (unstable.Contains(path))
        {
            comparison.Learn(step["response"], Payloads.ToReadable(answer.Response));
            return;
        }

        var code = step["code"]!.GetValue<string>();
        if (code != answer.Code)
        {
            comparison.Differences.Add($"{path} {step["method"] ?? step["end"]}: code {answer.Code} '{answer.Message}', recorded {code} '{step["message"]}'");
            return;
        }

        if (step["message"] is { } message && code != "DEADLINE_EXCEEDED" && !_symbols.Matches(message.GetValue<string>(), answer.Message))
        {
            comparison.Differences.Add($"{path} {step["method"] ?? step["end"]}: message '{answer.Message}', recorded '{message}'");
        }

        if (step["details"] is { } details)
        {
            var seen = new JsonArray([.. answer.Details.Select(WithoutPrefix)]);
            comparison.Compare(details, Payloads.ToReadable(seen), path + "/details");
        }

        if (step["response"] is JsonObject bytes && bytes.ContainsKey("bytes>0"))
        {
            if (answer.Response is null or JsonObject { Count: 0 })
            {
                comparison.Differences.Add($"{path}: an empty reply");
            }
        }
        else if (step["response"] is JsonObject reflected && reflected["services"] is JsonArray services)
        {
            var names = answer.Response?["listServicesResponse"]?["service"]?.AsArray().Select(s => s!["name"]!.ToString()).Order(StringComparer.Ordinal);
            comparison.Compare(services, new JsonArray([.. (names ?? Enumerable.Empty<string>()).Select(n => JsonValue.Create(n))]), path + "/response/services");
        }
        else if (step["response"] is { } response)
        {
            comparison.Compare(response, Payloads.ToReadable(answer.Response), path + "/response");
        }
    }

    private static JsonNode WithoutPrefix(JsonNode? detail)
    {
        var copy = detail!.DeepClone().AsObject();
        var type = copy["@type"]!.GetValue<string>();
        copy["@type"] = type[(type.LastIndexOf('/') + 1)..];
        return copy;
    }
}
