using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>What is recorded as a scenario instead of an exchange: many requests, or half of one.</summary>
/// <param name="wire">The connection to the server.</param>
internal sealed class S3Scenarios(S3Wire wire)
{
    private const int Writers = 20;

    public async Task<CaseResult> PlayAsync(string id, JsonObject scenario)
    {
        var aws = (string?)scenario["awsDiffers"];
        var different = id switch
        {
            "conditional-put-race" => await RaceAsync(scenario["rounds"]!.AsArray().Count),
            "list-1005-keys" => await ManyKeysAsync(scenario),
            "misc-expect-100" => await ExpectAsync(S3Wire.Credentials, (string)scenario["interim"]!, (string)scenario["final"]!),
            "misc-expect-100-refused" => await ExpectAsync(S3Wire.Credentials with { SecretKey = "wrong" }, (string)scenario["firstAnswer"]!, null),
            "misc-short-body" => await ShortBodyAsync(),
            _ => $"no such scenario is known: {scenario["scenario"]}",
        };
        return different is not null ? new CaseResult(id, CaseVerdict.Failed, different)
            : aws is null ? new CaseResult(id, CaseVerdict.Passed) : new CaseResult(id, CaseVerdict.Explained, aws);
    }

    private async Task<string?> RaceAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var path = $"/golden-bucket/race/{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => wire.SendSignedAsync("PUT", path, [], [("if-none-match", "*")], Encoding.ASCII.GetBytes($"{i}"))));
            var won = Array.FindIndex(answers, a => a.Status == 200);
            var stored = (await wire.SendSignedAsync("GET", path, [], [], [])).Text;
            if (answers.Count(a => a.Status == 200) != 1 || answers.Count(a => a.Status == 412) != Writers - 1 || stored != $"{won}")
            {
                return $"round {round}: expected one 200, {Writers - 1} times 412 and the winner's body, seen {string.Join(' ', answers.Select(a => a.Status))} and '{stored}'";
            }
        }

        return null;
    }

    private async Task<string?> ManyKeysAsync(JsonObject scenario)
    {
        const int Keys = 1005;
        for (var i = 0; i < Keys; i++)
        {
            await wire.SendSignedAsync("PUT", $"/golden-list/many/{i:D5}", [], [], []);
        }

        (string, string)[] query = [("list-type", "2"), ("prefix", "many/")];
        var first = XDocument.Parse((await wire.SendSignedAsync("GET", "/golden-list", query, [], [])).Text).Root!;
        var token = Value(first, "NextContinuationToken");
        var second = XDocument.Parse((await wire.SendSignedAsync("GET", "/golden-list", [("continuation-token", token), .. query], [], [])).Text).Root!;
        foreach (var (page, name) in ((XElement, string)[])[(first, "page1"), (second, "page2")])
        {
            foreach (var (field, expected) in scenario[name]!.AsObject())
            {
                var element = char.ToUpperInvariant(field[0]) + field[1..];
                if (Value(page, element) != (string)expected!)
                {
                    return $"{name} {element}: expected '{expected}', seen '{Value(page, element)}'";
                }
            }
        }

        return null;
    }

    private async Task<string?> ExpectAsync(S3Credentials credentials, string first, string? final)
    {
        var body = "expected"u8.ToArray();
        var head = Head("/golden-bucket/expect", credentials, body, body.Length, "Expect: 100-continue\r\n");
        var (line, all) = await wire.SendRawAsync(head, body, seen => seen.StartsWith("HTTP/1.1 100", StringComparison.Ordinal), halfClose: false);
        return line != first || (final is not null && !all.Contains("\r\n\r\n" + final, StringComparison.Ordinal)) ? $"expected '{first}' and '{final}', seen '{all}'" : null;
    }

    private async Task<string?> ShortBodyAsync()
    {
        var body = new byte[20];
        var (line, all) = await wire.SendRawAsync(Head("/golden-bucket/short", S3Wire.Credentials, body, body.Length, ""), body[..10], _ => true, halfClose: true);
        var stored = await wire.SendSignedAsync("GET", "/golden-bucket/short", [], [], []);

        // A client that has closed its side may find the connection reset before the answer.
        return (line.Contains(" 400 ", StringComparison.Ordinal) && all.Contains("IncompleteBody", StringComparison.Ordinal)) || line.Length == 0
            ? stored.Status == 404 ? null : "a put that ended early was stored"
            : $"expected 400 IncompleteBody, seen '{all}'";
    }

    private static string Head(string path, S3Credentials credentials, byte[] body, int length, string more)
    {
        var headers = S3Signer.Sign(new S3ToSign { Method = "PUT", Path = path, PayloadHash = SigV4.Hash(body), Credentials = credentials });
        return $"PUT {path} HTTP/1.1\r\n{string.Concat(headers.Select(h => $"{h.Name}: {h.Value}\r\n"))}Content-Length: {length}\r\n{more}\r\n";
    }

    private static string Value(XElement page, string name) => page.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
}
