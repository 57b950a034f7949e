using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>Whatever a file holds, it is either a sound pipeline or refused with errors that have a place: never another exception.</summary>
public sealed class PipelineFuzzTests
{
    private static readonly string[] Files =
        ["pipeline.yaml", "models/gold.totals.sql", "models/silver.orders.sql", "contracts/bronze.orders.odcs.yaml", "contracts/gold.totals.odcs.yaml"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(140)]
    [InlineData(143)] // a list that makes the YAML scanner itself fail
    public void Load_OfDamagedFiles_OnlyEverRefuses(int seed)
    {
        using var folder = new PipelineFolder();
        OnlyEverRefuses(folder, Files, seed, changes: 40);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Load_OfDamagedPolicies_OnlyEverRefuses(int seed)
    {
        using var dir = new Orchestrator.TestKit.TempDir();
        using var folder = FullSpecTests.Full(dir);
        folder.Write("pipeline.dev.yaml", FullSpecTests.Policies);
        OnlyEverRefuses(folder, ["pipeline.yaml", "pipeline.dev.yaml", "../stock/pipeline.yaml"], seed, changes: 60);
    }

    private static void OnlyEverRefuses(PipelineFolder folder, string[] files, int seed, int changes)
    {
        var random = new Random(seed);
        var environment = File.Exists(folder.At("pipeline.dev.yaml")) ? "dev" : null;
        var originals = files.ToDictionary(f => f, f => File.ReadAllText(folder.At(f)));
        for (var i = 0; i < changes; i++)
        {
            var file = files[random.Next(files.Length)];
            var damaged = Damage(originals[file], random);
            folder.Write(file, damaged);
            try
            {
                folder.Load(new PipelineOverrides { Environment = i % 2 == 0 ? environment : null });
            }
            catch (PipelineValidationException refusal)
            {
                Assert.NotEmpty(refusal.Errors);
                Assert.All(refusal.Errors, e => Assert.True(e.File.Length > 0 && e.What.Length > 0 && e.Line >= 0, e.ToString()));
            }
            catch (Exception other)
            {
                Assert.Fail($"Seed {seed}, change {i} of '{file}': {other}\n---\n{damaged}");
            }

            folder.Write(file, originals[file]);
        }
    }

    private static string Damage(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(9))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 2:
                lines[at] = "  " + lines[at];
                break;
            case 3:
                lines[at] = lines[at].Split(':')[0] + ":";
                break;
            case 4:
                lines[at] = lines[at].Split(':')[0] + ": " + new[] { "[]", "{}", "null", "-1", "true", "'", "&a [*a]", "!!int x", "\u0000", "é$", "99999999999999999999" }[random.Next(11)];
                break;
            case 5:
                return text[..random.Next(text.Length)];
            case 6:
                return "";
            case 7:
                return new[] { "[]", "- a", "x", "---\n---", "\uFEFF", "null", "%", "SELECT", ";", "/*", "'", "$$" }[random.Next(12)];
            default:
                var position = random.Next(text.Length);
                return text.Remove(position, 1).Insert(position, ((char)random.Next(1, 128)).ToString());
        }

        return string.Join('\n', lines);
    }
}
