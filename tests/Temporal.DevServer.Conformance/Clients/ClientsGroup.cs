using System.Text.Json.Nodes;
using Temporal.Grpc;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>Makes the calls that commands of the <c>temporal</c> CLI and pages of the Web UI make, in the order of the recordings.</summary>
public static class ClientsGroup
{
    /// <summary>Runs the lines whose id contains the filter.</summary>
    public static async Task<GroupResult> RunAsync(string folder, string filter = "")
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions());
        using var client = new WireClient(server.Address);
        using var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri("http://" + server.Address) });
        using var stop = new CancellationTokenSource();
        var work = new PopulationWorker(channel).RunAsync(stop.Token);
        await Population.MakeAsync(client);
        var failed = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var total = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "cli"), "*.jsonl").Order(StringComparer.Ordinal)
            .Append(Path.Combine(folder, "ui", "pages.jsonl")).Append(Path.Combine(folder, "ui", "actions.jsonl")).Where(File.Exists))
        {
            foreach (var line in File.ReadLines(file).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!.AsObject()))
            {
                var id = line["page"] is { } page ? $"ui/{page}" : $"cli/{line["id"]}";
                if (((line["rpcs"] ?? line["grpc"])?.AsArray().Count ?? 0) == 0 || !id.Contains(filter, StringComparison.Ordinal))
                {
                    continue; // a command that calls nobody
                }

                total++;
                var differences = await TryAsync(client, line);
                if (differences.Count > 0)
                {
                    failed[id] = differences;
                }

                await EndBatchesAsync(client, line);
            }
        }

        await stop.CancelAsync();
        await work;
        return new GroupResult("clients", total, failed);
    }

    private static async Task<List<string>> TryAsync(WireClient client, JsonObject line)
    {
        try
        {
            return await new ClientLine(client, line).RunAsync();
        }
        catch (Exception e)
        {
            return [$"{e.GetType().Name} {e.Message}"];
        }
    }

    /// <summary>A namespace has one batch operation at a time: the next line begins when this one's is over.</summary>
    private static async Task EndBatchesAsync(WireClient client, JsonObject line)
    {
        const string Path = "/temporal.api.workflowservice.v1.WorkflowService/";
        if (!line.ToJsonString().Contains("Batch", StringComparison.Ordinal))
        {
            return;
        }

        for (var i = 0; i < 50; i++)
        {
            var list = await client.CallAsync(Path + "ListBatchOperations", new JsonObject { ["namespace"] = "default" }, TimeSpan.FromSeconds(15));
            var running = (list.Response?["operationInfo"]?.AsArray() ?? []).Where(o => o!["state"]!.ToString() == "BATCH_OPERATION_STATE_RUNNING").ToList();
            if (running.Count == 0)
            {
                return;
            }

            foreach (var job in running.Where(_ => i == 20))
            {
                await client.CallAsync(Path + "StopBatchOperation", new JsonObject { ["namespace"] = "default", ["jobId"] = job!["jobId"]!.ToString(), ["reason"] = "next" }, TimeSpan.FromSeconds(15));
            }

            await Task.Delay(100);
        }
    }
}
