using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.Raw.Csv;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Raw.Csv;

/// <summary>Real daily reports, with all that is awkward about them: every file gives as many rows as its manifest says.</summary>
public sealed class CsvRealDataTests
{
    private static readonly HeaderGeneration[] Generations =
    [
        Generation("H1", "Province/State,Country/Region,Last Update,Confirmed,Deaths,Recovered,[Latitude],[Longitude],[Suspected],[ConfnSusp],[Notes]"),
        Generation("H3", "FIPS,Admin2,Province_State,Country_Region,Last_Update,Lat,Long_,Confirmed,Deaths,Recovered,Active,Combined_Key,[Incidence_Rate],[Case-Fatality_Ratio]"),
        Generation("april-18", "Province_State,Country_Region,Last_Update,Lat,Long_,Confirmed,Deaths,Recovered,Active,Admin2,FIPS,Combined_Key,Incident_Rate,People_Tested,People_Hospitalized,UID,ISO3"),
    ];

    [Theory]
    [InlineData("daily", 139)]
    [InlineData("intraday", 50)]
    [InlineData("misnamed", 1)]
    [InlineData("history", 40)]
    public void Read_EveryFile_GivesTheManifestsRowsAndAKnownHeader(string folder, int atLeast)
    {
        var root = TestPaths.Shared("data", "covid-daily");
        var files = 0;
        using var manifest = CsvSource.Open(Path.Combine(root, "MANIFEST.csv"), CsvDialect.Default);
        while (manifest.Read())
        {
            var path = manifest.GetString(manifest.Header.ToList().IndexOf("path"));
            if (!path.StartsWith($"shared/{folder}/", StringComparison.Ordinal))
            {
                continue;
            }

            using var reader = CsvSource.Open(Path.Combine(root, path["shared/".Length..]), CsvDialect.Default);
            var match = HeaderMatcher.Match(reader.Header, Generations, path);
            long rows = 0;
            while (reader.Read())
            {
                Assert.True(reader.Fault is null, $"{path} line {reader.Line}: {reader.Fault}");
                Assert.Equal(match.Columns.Count, reader.FieldCount);
                rows++;
            }

            Assert.Equal(long.Parse(manifest.GetString(manifest.Header.ToList().IndexOf("rows")), CultureInfo.InvariantCulture), rows);
            files++;
        }

        Assert.True(files >= atLeast, $"{folder}: {files} files");
    }

    private static HeaderGeneration Generation(string name, string columns) => new(
        name,
        [.. columns.Split(',').Select(c => c[0] == '[' ? new HeaderColumn(c[1..^1], c[1..^1], true) : new HeaderColumn(c, c, false))]);
}
