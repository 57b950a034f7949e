using System.Reflection;

namespace Temporalio.Tests.Surface;

public sealed class ListedNotesTests
{
    [Fact]
    public void InitialValues_OfEveryProperty_AreTheListed()
    {
        var seen = 0;
        var wrong = new List<string>();
        foreach (var one in ListedNotes.Objects)
        {
            foreach (var ((type, name), expected) in ListedNotes.InitialValues.Where(v => v.Key.Type.IsInstanceOfType(one)))
            {
                seen++;
                if (type.GetProperty(name)!.GetValue(one) is var value && !Equals(value, expected))
                {
                    wrong.Add($"{one.GetType()}.{name}: expected '{expected}', seen '{value}'");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.InRange(seen, 250, int.MaxValue);
    }

    [Fact]
    public void Clone_OfEveryOptions_IsAnotherObjectOfTheSameTypeAndValues()
    {
        var options = ListedNotes.Objects.OfType<ICloneable>().ToList();

        Assert.All(options, one =>
        {
            var copy = one.Clone();
            Assert.NotSame(one, copy);
            Assert.Equal(one.GetType(), copy.GetType());
            Assert.All(one.GetType().GetProperties(), p =>
            {
                // What can be cloned itself may be a copy; lists are compared by what they hold.
                var (before, after) = (p.GetValue(one), p.GetValue(copy));
                Assert.True(before is ICloneable and not string ? after?.GetType() == before.GetType() : Equals(before, after) || (before as System.Collections.IList)?.Count == (after as System.Collections.IList)?.Count, $"{one.GetType()}.{p.Name}");
            });
        });
        Assert.InRange(options.Count, 50, int.MaxValue);
    }

    [Fact]
    public void Attributes_Uses_AreTheListed()
    {
        var listed = ListedNotes.All.Where(l => l.Notes.Contains("AttributeUsage", StringComparison.Ordinal) && ListedNotes.TypeOf(l.Key) is not null).ToList();

        Assert.All(listed, l =>
        {
            var usage = ListedNotes.TypeOf(l.Key)!.GetCustomAttribute<AttributeUsageAttribute>()!;
            var targets = usage.ValidOn.ToString().Split(", ").Select(t => $"AttributeTargets.{t}").ToHashSet();
            Assert.Equal(targets, System.Text.RegularExpressions.Regex.Matches(l.Notes, @"AttributeTargets\.\w+").Select(m => m.Value).ToHashSet());
            Assert.Equal(l.Notes.Contains("Inherited = false", StringComparison.Ordinal), !usage.Inherited);
        });
        Assert.InRange(listed.Count, 10, 11);
    }

    [Fact]
    public void Obsolete_Types_AreTheListed() =>
        Assert.All(
            ListedNotes.All.Where(l => l.Key.StartsWith("type ", StringComparison.Ordinal) && ListedNotes.TypeOf(l.Key) is { IsNested: false }),
            l => Assert.True(l.Notes.Contains("[Obsolete]", StringComparison.Ordinal) == ListedNotes.TypeOf(l.Key)!.IsDefined(typeof(ObsoleteAttribute)), l.Key));
}
