using System.Text.RegularExpressions;
using Orchestrator.TestKit;

namespace Conventions.Tests;

/// <summary>Rules that hold for each file alone.</summary>
public sealed partial class FileTests
{
    private const int LongFile = 500;
    private const int LongReadme = 150;

    [Fact]
    public void Files_OfMoreThan500Lines_SayWhyInTheirFirstLine()
    {
        var wrong = SourceTree.Files(".cs").Select(f => (File: f, Lines: File.ReadAllLines(f)))
            .Where(f => f.Lines.Length > LongFile && !f.Lines[0].StartsWith("// ", StringComparison.Ordinal))
            .Select(f => $"{SourceTree.Relative(f.File)}: {f.Lines.Length} lines");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Catches_InEveryFile_DoSomething()
    {
        var wrong = OtherFiles()
            .SelectMany(f => EmptyCatch().Matches(WithoutComments(File.ReadAllText(f))).Select(m => $"{SourceTree.Relative(f)}: {m.Value}"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Code_InEveryFile_IsFinished()
    {
        var wrong = OtherFiles()
            .Where(f => Unfinished().IsMatch(File.ReadAllText(f)))
            .Select(SourceTree.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Readme_AtTheRoot_StaysShort() =>
        Assert.InRange(File.ReadAllLines(TestPaths.InRepo("README.md")).Length, 1, LongReadme);

    [Theory]
    [InlineData("try { A(); } catch { }", true)]
    [InlineData("try { A(); } catch (IOException e) when (e.HResult == 1)\n{\n    // it does not matter\n}", true)]
    [InlineData("try { A(); } catch (IOException) { return null; }", false)]
    public void EmptyCatch_OfAKnownText_IsFound(string text, bool found) =>
        Assert.Equal(found, EmptyCatch().IsMatch(WithoutComments(text)));

    /// <summary>All but this file, which spells out what it looks for.</summary>
    private static IEnumerable<string> OtherFiles() =>
        SourceTree.Files(".cs").Where(f => !f.EndsWith($"/{nameof(FileTests)}.cs", StringComparison.Ordinal));

    private static string WithoutComments(string text) => Comment().Replace(text, "");

    [GeneratedRegex(@"catch\s*(\([^{]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();
}
