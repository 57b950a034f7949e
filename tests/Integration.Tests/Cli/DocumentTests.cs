using System.Text.Json;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>Every verb has an approved text and an approved document, and every document is as docs/specs/documents.md says. Reads files and the program's own help; runs nothing else.</summary>
public sealed class DocumentTests
{
    /// <summary>Prints a script for a shell, not a document.</summary>
    private const string WithoutDocument = "completion";

    /// <summary>Names that no approved document shows: the first needs a scheduled run that is still open at its next time, the second sources that cannot be listed; refusals and warnings are read member by member in tests of their own.</summary>
    private static readonly string[] Unshown =
    [
        "triggered.reason", "trigger.problem",
        "plan.refused", "backfillPlan.refused", "refused.dataset", "refused.type", "refused.reason", "refused.count", "refused.first", "refused.last",
        "run.warnings", "run.warnings.dataset", "run.warnings.rule", "run.warnings.severity", "run.warnings.partitions", "run.warnings.offenders", "run.warnings.last",
    ];

    private static readonly DocumentShapes Shapes = DocumentShapes.OfTheGuide();

    [Fact]
    public void Verbs_OfTheProgram_HaveATextADocumentAndAShape()
    {
        var verbs = HelpTests.ApprovedVerbs();
        var missing = verbs.SelectMany(v => new[] { Approved(v, "txt"), v is WithoutDocument ? null : Approved(v, "json"), v is WithoutDocument || Shapes.Names.Contains(v) ? null : $"a shape of '{v}'" }).OfType<string>();

        Assert.Empty(missing);
        Assert.True(verbs.Count > 50, $"{verbs.Count} verbs");
    }

    [Fact]
    public void Documents_OfVerbs_AreAsTheGuideSaysAndShowAllOfIt()
    {
        var (faults, seen) = (new List<string>(), new HashSet<string>());
        var verbs = HelpTests.ApprovedVerbs().Append("error").ToDictionary(v => v.Replace(' ', '-'));
        foreach (var file in Directory.EnumerateFiles(GoldenText.Folder, "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (!verbs.TryGetValue(name.Split('.')[0], out var verb))
            {
                faults.Add($"{name}: no such verb");
                continue;
            }

            faults.AddRange(Shapes.Faults(verb, JsonDocument.Parse(File.ReadAllText(file)).RootElement, seen).Select(f => $"{name}: {f}"));
        }

        Assert.Empty(faults);
        Assert.Empty(Shapes.Undefined());
        var unseen = Shapes.Members().Except(seen).ToArray();
        Assert.True(unseen.ToHashSet().SetEquals(Unshown), $"no approved document shows {string.Join(", ", unseen.Except(Unshown))}; some does show {string.Join(", ", Unshown.Except(unseen))}");
    }

    [Fact]
    public void Approved_Files_AreEachComparedByATest()
    {
        var sources = string.Concat(Directory.EnumerateFiles(TestPaths.InRepo("tests", "Integration.Tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(Directory.EnumerateFiles(GoldenText.Folder).Select(Path.GetFileNameWithoutExtension), n => Assert.Contains($"\"{n}\"", sources, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"a": 1, "list": [], "map": {}}""", "")]
    [InlineData("""{"a": 1, "b": 2, "list": [{"x": [[1, null]]}], "map": {"any": {"a": 1, "list": [], "map": {}}}}""", "")]
    [InlineData("""{"list": [], "map": {}}""", "the document has no 'a', which the guide says is always there")]
    [InlineData("""{"a": 1, "c": 2, "list": [], "map": {}}""", "the document has 'c', which the guide does not name")]
    [InlineData("""{"a": {}, "list": [], "map": {}}""", ".a is Object, the guide says a value")]
    [InlineData("""{"a": 1, "list": {}, "map": []}""", ".list is Object, the guide says a list; .map is Array, the guide says an object")]
    [InlineData("""{"a": 1, "list": [{"x": [1]}], "map": {}}""", ".list[0].x[0] is Number, the guide says a list")]
    public void Faults_OfADocument_NameWhatIsNotAsTheShapeSays(string document, string expected) =>
        Assert.Equal(expected, string.Join("; ", DocumentShapes.Parse("some, other = {a, b?, list: [{x:\n [[]]}], map: {*: other}}").Faults("some", JsonDocument.Parse(document).RootElement)));

    private static string? Approved(string verb, string kind) => File.Exists(Path.Combine(GoldenText.Folder, $"{verb.Replace(' ', '-')}.{kind}")) ? null : $"{verb.Replace(' ', '-')}.{kind}";
}
