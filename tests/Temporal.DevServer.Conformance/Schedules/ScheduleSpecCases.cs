using System.Globalization;
using System.Text.Json.Nodes;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>Specs: the times they stand for, the form in which they are shown, and the ones that are refused.</summary>
public sealed class ScheduleSpecCases(WireClient client, JsonNode vectors, JsonNode invalid, JsonNode rpc, JsonNode jitter)
{
    private const string Namespace = "default";

    /// <summary>Every case with its id.</summary>
    public IEnumerable<(string Id, Func<Task<List<string>>> Run)> All()
    {
        foreach (var vector in Each(vectors["vectors"]))
        {
            yield return (vector!["id"]!.ToString(), () => VectorAsync(vector));
        }

        foreach (var vector in Each(invalid["vectors"]))
        {
            yield return (vector!["id"]!.ToString(), async () => ScheduleCalls.Compare(vector, await CreateAsync(vector["id"]!.ToString(), vector["spec"]!)));
        }

        foreach (var list in Each(rpc["listScheduleMatchingTimes"]))
        {
            yield return ($"rpc/{list!["name"]}", () => LimitAsync(list));
        }

        foreach (var future in Each(rpc["futureActionTimes"]))
        {
            yield return ($"future/{future!["name"]}", () => FutureAsync(future));
        }

        var number = 0;
        foreach (var spec in Each(jitter["cases"]))
        {
            var id = $"jitter/{++number}-{spec!["scheduleId"]}";
            yield return (id, () => JitterAsync(id.Replace('/', '-'), spec));
        }
    }

    private static JsonArray Each(JsonNode? list) => list?.AsArray() ?? [];

    private async Task<List<string>> VectorAsync(JsonNode vector)
    {
        var id = vector["id"]!.ToString();
        await RequireCreateAsync(id, vector["spec"]!);
        var differences = new List<string>();
        Expect(differences, "times", Texts(vector["times"]), await TimesAsync(id, vector["after"]!, vector["until"]!));
        Expect(differences, "canonicalSpec", Canonical(vector["canonicalSpec"]!), Canonical(await DescribedSpecAsync(id)));
        return differences;
    }

    private async Task<List<string>> LimitAsync(JsonNode list)
    {
        await CreateAsync("lim", JsonNode.Parse("""{"interval":[{"interval":"1s"}]}""")!); // the first case makes it
        var answer = await client.CallAsync("ListScheduleMatchingTimes", list["request"]!);
        if (list["error"] is not null || answer.Code != "OK")
        {
            return ScheduleCalls.Compare(list, answer);
        }

        var times = Texts(answer.Response!["startTime"]);
        var differences = new List<string>();
        Expect(differences, "count", list["count"]!.ToString(), times.Length.ToString(CultureInfo.InvariantCulture));
        Expect(differences, "first", Texts(list["first"]), times.Take(1));
        Expect(differences, "last", Texts(list["last"]), times.TakeLast(1));
        return differences;
    }

    private async Task<List<string>> FutureAsync(JsonNode future)
    {
        var id = $"future {future["name"]}";
        var request = ScheduleCalls.Creation(
            Namespace, id, new() { ["spec"] = future["spec"]!.DeepClone(), ["action"] = ScheduleCalls.Action(), ["state"] = future["state"]!.DeepClone() });
        await client.RequireAsync("CreateSchedule", request);
        var described = await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, id));
        var differences = new List<string>();
        Expect(differences, "futureActionTimes", Texts(future["futureActionTimes"]), Texts(described["info"]!["futureActionTimes"]));
        return differences;
    }

    /// <summary>The recorded times belong to the namespace id of the recording: here they are worked out from the nominal times and our own.</summary>
    private async Task<List<string>> JitterAsync(string id, JsonNode vector)
    {
        var ns = (await client.RequireAsync("DescribeNamespace", new JsonObject { ["namespace"] = Namespace }))["namespaceInfo"]!["id"]!.ToString();
        var plain = vector["spec"]!.DeepClone();
        var most = TimeSpan.FromSeconds(double.Parse(plain["jitter"]!.ToString().TrimEnd('s'), CultureInfo.InvariantCulture));
        plain.AsObject().Remove("jitter");
        await RequireCreateAsync($"{id}-nominal", plain);
        await RequireCreateAsync(id, vector["spec"]!);
        var recordedSpec = new List<string>();
        Expect(recordedSpec, "canonicalSpec", Canonical(vector["canonicalSpec"]!), Canonical(await DescribedSpecAsync(id)));
        var (after, until) = (vector["after"]!, vector["until"]!);
        var reach = JsonValue.Create(Time(until.ToString()).AddDays(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var nominal = (await TimesAsync($"{id}-nominal", after, reach)).Select(Time).ToList();
        var expected = new List<DateTime>();
        var from = Time(after.ToString());
        for (var i = 0; i + 1 < nominal.Count; i++)
        {
            if (nominal[i] > from)
            {
                var limit = Math.Min(most.TotalMilliseconds, (nominal[i + 1] - nominal[i]).TotalMilliseconds);
                from = nominal[i].AddMilliseconds(JitterHash.Of($"{ns}-{id}", nominal[i], (uint)limit));
                expected.Add(from);
            }
        }

        Expect(recordedSpec, "times", expected.Where(t => t <= Time(until.ToString())).Select(t => t.ToString("O")), (await TimesAsync(id, after, until)).Select(t => Time(t).ToString("O")));
        return recordedSpec;
    }

    private static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private Task<WireAnswer> CreateAsync(string id, JsonNode spec) => client.CallAsync("CreateSchedule", Creation(id, spec));

    private Task RequireCreateAsync(string id, JsonNode spec) => client.RequireAsync("CreateSchedule", Creation(id, spec));

    private static JsonObject Creation(string id, JsonNode spec) =>
        ScheduleCalls.Creation(Namespace, id, new() { ["spec"] = spec.DeepClone(), ["action"] = ScheduleCalls.Action(), ["state"] = new JsonObject { ["paused"] = true } });

    private async Task<string[]> TimesAsync(string id, JsonNode after, JsonNode until)
    {
        var request = ScheduleCalls.Named(Namespace, id);
        (request["startTime"], request["endTime"]) = (after.DeepClone(), until.DeepClone());
        return Texts((await client.RequireAsync("ListScheduleMatchingTimes", request))["startTime"]);
    }

    private async Task<JsonNode> DescribedSpecAsync(string id) =>
        (await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, id)))["schedule"]!["spec"]!;

    private static string Canonical(JsonNode spec) => ProtoJson.Format(ProtoJson.Parse(spec, ScheduleSpec.Descriptor)).ToJsonString();

    private static string[] Texts(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(t => t!.ToString())];

    private static void Expect(List<string> differences, string what, IEnumerable<string> recorded, IEnumerable<string> seen) =>
        Expect(differences, what, string.Join(' ', recorded), string.Join(' ', seen));

    private static void Expect(List<string> differences, string what, string recorded, string seen)
    {
        if (recorded != seen)
        {
            differences.Add($"{what}: seen {seen}, recorded {recorded}");
        }
    }
}
