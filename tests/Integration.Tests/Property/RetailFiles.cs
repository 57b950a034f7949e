using System.Globalization;

namespace Integration.Tests.Property;

/// <summary>Days of the retail pipeline over the turn of a year.</summary>
internal sealed class RetailFiles(string folder, Random random) : SourceFiles("retail", folder, random, 15, "2010-12-16", "2010-12-17", "2010-12-20", "2011-01-04")
{
    protected override string NameOf(string day) => $"{day}.csv";

    /// <summary>Cancellations, and a few products that are sold every day, so that days have something to do with each other.</summary>
    protected override bool Wanted(string line) => line.StartsWith('C') || line.Split(',')[1] is "85123A" or "22423" or "84879" or "22197" or "21212" or "POST";

    protected override string Sound(DayFile file, string line, Random random) => random.Next(3) switch
    {
        0 => file.With(line, "UnitPrice", "1.25"),
        1 => file.With(line, "CustomerID", random.Next(3) == 0 ? "" : "17850.0"),
        _ => file.With(line, "Quantity", ((line.StartsWith('C') ? -1 : 1) * random.Next(1, 40)).ToString(CultureInfo.InvariantCulture)),
    };

    protected override string Bad(DayFile file, string line, Random random) => random.Next(3) switch
    {
        0 => file.With(line, "Quantity", "1.5"),
        1 => file.With(line, "InvoiceNo", "X1"),
        _ => file.With(line, "UnitPrice", "dear"),
    };

    /// <summary>A line of any earlier day, or of the same, is cancelled; or a product gets another name, or one that it had on another day.</summary>
    protected override string Special(DayFile file, Random random)
    {
        if (random.Next(3) == 0)
        {
            return Lines(file, random, "another name", l => file.With(l, "Description", random.Next(2) == 0 ? "RENAMED" : "WHITE HANGING HEART T-LIGHT HOLDER"));
        }

        var day = Days.Single(d => d.Value == file).Key;
        var sales = Days.Where(d => string.CompareOrdinal(d.Key, day) <= 0 && d.Value.Exists)
            .SelectMany(d => d.Value.Lines.Where(l => file.IsWhole(l) && char.IsDigit(l[0]) && file.Value(l, "CustomerID").Length > 0 && long.TryParse(file.Value(l, "Quantity"), CultureInfo.InvariantCulture, out var q) && q > 0))
            .ToArray();
        if (sales.Length == 0)
        {
            return "stays as it is";
        }

        var sale = sales[random.Next(sales.Length)];
        var line = file.With(file.With(sale, "InvoiceNo", string.Create(CultureInfo.InvariantCulture, $"C{random.Next(600_000, 700_000)}")), "Quantity", "-1");
        file.Lines.Add(file.With(line, "InvoiceDate", $"{day} 18:00:00"));
        return "gets a cancellation";
    }
}
