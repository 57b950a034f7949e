using System.Text.Json;
using Orchestrator.Conformance;
using Orchestrator.Conformance.S3;

var groups = new Dictionary<string, Func<string, IEnumerable<CaseResult>>>(StringComparer.Ordinal)
{
    ["delta"] = DeltaCases.Judge,
    ["odcs"] = OdcsCases.Judge,
    ["openlineage"] = OpenLineageCases.Judge,
    ["s3"] = S3Cases.Judge,
};

if (args.Length == 0 || !groups.TryGetValue(args[0], out var judge) || args is not ([_] or [_, "--golden", _]))
{
    Console.Error.WriteLine($"Usage: eng/conformance {string.Join('|', groups.Keys)} [--golden DIR]. DIR holds one folder per group. Default: ../shared/golden beside the checkout.");
    return 2;
}

var golden = Path.Combine(args.Length == 3 ? args[2] : Path.Combine(Environment.GetEnvironmentVariable("CHECKOUT") ?? ".", "..", "shared", "golden"), args[0]);
if (!Directory.Exists(golden))
{
    Console.Error.WriteLine($"conformance: expected recordings in '{Path.GetFullPath(golden)}', seen no such folder. Help: name another with --golden DIR.");
    return 2;
}

var results = judge(golden).ToList();
foreach (var result in results.Where(r => r.Verdict is not CaseVerdict.Passed))
{
    Console.Error.WriteLine($"{result.Verdict.ToString().ToLowerInvariant()} {result.Id}: {result.Why}");
}

var failed = results.Where(r => r.Verdict is CaseVerdict.Failed).Select(r => r.Id).ToList();
Console.WriteLine(JsonSerializer.Serialize(new
{
    group = args[0],
    passed = results.Count(r => r.Verdict is CaseVerdict.Passed),
    total = results.Count,
    explained = results.Count(r => r.Verdict is CaseVerdict.Explained),
    failed,
}));
return failed.Count == 0 && results.Count > 0 ? 0 : 1;
