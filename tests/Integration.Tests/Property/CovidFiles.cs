using System.Globalization;

namespace Integration.Tests.Property;

/// <summary>Days of the covid pipeline around its change of headers.</summary>
internal sealed class CovidFiles(string folder, Random random) : SourceFiles("covid", folder, random, 15, "2020-03-20", "2020-03-21", "2020-03-22", "2020-03-24", "2020-03-27")
{
    protected override string NameOf(string day) => $"{day[5..7]}-{day[8..]}-{day[..4]}.csv";

    /// <summary>Countries that stand in every file, so that days have something to do with each other.</summary>
    protected override bool Wanted(string line) => line.Contains("Italy", StringComparison.Ordinal) || line.Contains("Korea, South", StringComparison.Ordinal) || line.Contains("France", StringComparison.Ordinal);

    protected override string Sound(DayFile file, string line, Random random) => file.With(line, "Confirmed", random.Next(10_000).ToString(CultureInfo.InvariantCulture));

    protected override string Bad(DayFile file, string line, Random random) => random.Next(3) switch
    {
        0 => file.With(line, "Confirmed", "many"),
        1 => file.With(line, "Deaths", "-3"),
        _ => file.With(line, "Recovered", ""),
    };

    /// <summary>A place under its old name beside the new one.</summary>
    protected override string Special(DayFile file, Random random)
    {
        if (file.Lines.FirstOrDefault(l => file.IsWhole(l) && l.Contains("Korea, South", StringComparison.Ordinal)) is not { } line)
        {
            return "stays as it is";
        }

        var column = file.Column("Country/Region") >= 0 ? "Country/Region" : "Country_Region";
        file.Lines.Add(file.With(file.With(line, column, "Republic of Korea"), "Confirmed", random.Next(10_000).ToString(CultureInfo.InvariantCulture)));
        return "gets a place under its old name";
    }
}
