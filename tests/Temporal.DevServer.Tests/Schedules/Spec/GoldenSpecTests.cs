using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Orchestrator.TestKit;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Tests.Schedules.Spec;

/// <summary>Every recorded spec: the times it matches, the form in which it is shown, the error it gives.</summary>
public sealed class GoldenSpecTests
{
    [Fact]
    public void Compile_OfEveryRecordedSpec_MatchesTheRecordedTimesAndForm()
    {
        var wrong = new List<string>();
        foreach (var vector in Read("spec-vectors.json")["vectors"]!.AsArray())
        {
            var spec = CompiledScheduleSpec.Compile(Spec(vector!["spec"]!), TimeZoneDatabase.System);
            var seen = string.Join(' ', spec.MatchingTimes(Time(vector["after"]!), Time(vector["until"]!), "").Select(Text));
            var expected = string.Join(' ', vector["times"]!.AsArray().Select(time => Text(Time(time!))));
            if (seen != expected)
            {
                wrong.Add($"{vector["id"]} {vector["spec"]!.ToJsonString()}\n  expected {expected}\n  seen     {seen}");
            }

            var canonical = Spec(vector["canonicalSpec"]!);
            if (!spec.Canonical.Equals(canonical))
            {
                wrong.Add($"{vector["id"]} {vector["spec"]!.ToJsonString()}\n  expected {canonical}\n  seen     {spec.Canonical}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Compile_OfARecordedCanonicalSpec_ChangesNothing()
    {
        foreach (var vector in Read("spec-vectors.json")["vectors"]!.AsArray())
        {
            var canonical = Spec(vector!["canonicalSpec"]!);
            Assert.Equal(canonical, CompiledScheduleSpec.Compile(canonical, TimeZoneDatabase.System).Canonical);
        }
    }

    [Fact]
    public void Compile_OfEveryRecordedWrongSpec_GivesTheRecordedError()
    {
        foreach (var vector in Read("spec-invalid.json")["vectors"]!.AsArray())
        {
            var error = Assert.Throws<ScheduleSpecException>(() => CompiledScheduleSpec.Compile(Spec(vector!["spec"]!), TimeZoneDatabase.System));
            Assert.Equal($"{vector!["id"]}: {vector["error"]!["message"]}", $"{vector["id"]}: {error.Message}");
        }
    }

    [Fact]
    public void MatchingTimes_OfTheRecordedJitter_AreTheRecordedOnes()
    {
        foreach (var vector in Read("jitter.json")["cases"]!.AsArray())
        {
            var spec = CompiledScheduleSpec.Compile(Spec(vector!["spec"]!), TimeZoneDatabase.System);
            Assert.Equal(Spec(vector["canonicalSpec"]!), spec.Canonical);
            Assert.Equal(
                vector["times"]!.AsArray().Select(time => Time(time!)),
                spec.MatchingTimes(Time(vector["after"]!), Time(vector["until"]!), vector["seed"]!.GetValue<string>()));
        }
    }

    [Fact]
    public void Fingerprint32_OfTheRecordedTexts_IsTheRecordedOne()
    {
        var recorded = Read("jitter.json");
        foreach (var vector in recorded["hashVectors"]!.AsArray())
        {
            Assert.Equal(vector!["fingerprint32"]!.GetValue<uint>(), FarmHash.Fingerprint32(Encoding.UTF8.GetBytes(vector["text"]!.GetValue<string>())));
        }

        foreach (var vector in recorded["jitterInputs"]!.AsArray())
        {
            Assert.Equal(vector!["fingerprint32"]!.GetValue<uint>(), FarmHash.Fingerprint32(Convert.FromHexString(vector["inputHex"]!.GetValue<string>())));
        }
    }

    [Fact]
    public void MatchingTimes_OfTheRecordedLists_EndAtTheRecordedLimit()
    {
        var spec = CompiledScheduleSpec.Compile(new() { Interval = { new IntervalSpec { Interval = new() { Seconds = 1 } } } }, TimeZoneDatabase.System);
        foreach (var vector in Read("spec-rpc.json")["listScheduleMatchingTimes"]!.AsArray().Where(vector => vector!["error"] is null))
        {
            var times = spec.MatchingTimes(Time(vector!["request"]!["startTime"]!), Time(vector["request"]!["endTime"]!), "");
            Assert.Equal(vector["count"]!.GetValue<int>(), times.Count);
            Assert.Equal(vector["last"]!.AsArray().Select(time => Time(time!)), times.TakeLast(1));
        }
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(TestPaths.Shared("golden", "schedules", file)))!;

    private static ScheduleSpec Spec(JsonNode json) => JsonParser.Default.Parse<ScheduleSpec>(json.ToJsonString());

    private static DateTime Time(JsonNode json) => DateTime.Parse(json.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
