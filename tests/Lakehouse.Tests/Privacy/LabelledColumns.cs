using System.Globalization;
using Lakehouse.Privacy;

namespace Lakehouse.Tests.Privacy;

/// <summary>Columns of made-up values with what they are: of every kind in several forms, and things that look like them and are not.</summary>
internal sealed class LabelledColumns(int seed)
{
    private static readonly string[] Given = ["Anna", "Thomas", "Saoirse", "Maria", "Bjarne", "Lucas", "Thandiwe", "Peter", "Aurelia", "James", "Oluwaseun", "Sophie", "Ravindra", "Elena", "Mateusz", "Julia", "Dieudonné", "Laura", "Kofi", "Claire"];
    private static readonly string[] Family = ["Schmidt", "O'Connor", "Nowak", "Okafor", "Lindqvist", "García", "Papadopoulos", "Smith", "Achebe", "Müller", "van Dyke", "Tanaka", "Brown", "Khumalo", "Rossi", "Vasquez-Lee", "Andersson", "Haddad", "Martin", "Zielinski"];

    private readonly Random _random = new(seed);

    /// <summary>All columns: name, values, and the kind they are, null for none.</summary>
    public IEnumerable<(string Name, IReadOnlyList<string> Values, PiiKind? Kind)> All()
    {
        foreach (var (name, kind, make) in Kinds().Concat(Others()))
        {
            yield return (name, [.. Enumerable.Range(0, 200).Select(_ => make())], kind);
        }
    }

    private IEnumerable<(string, PiiKind?, Func<string>)> Kinds()
    {
        var email = PiiKind.Email;
        yield return ("c01", email, () => $"{Pick(Given)}.{Pick(Family)}{Number(99)}@mail{Number(9)}.example.org".Replace(" ", "", StringComparison.Ordinal).Replace("é", "e", StringComparison.Ordinal).Replace("ü", "ue", StringComparison.Ordinal).Replace("í", "i", StringComparison.Ordinal));
        yield return ("contact", email, () => $"user{Number(99999)}+shop@xn--d1acufc.com");
        yield return ("note", email, () => Chance(10) ? $"please write to k{Number(999)}@firma.de until friday" : "nothing to report");
        yield return ("sender", email, () => $"Service <office{Number(99)}@example.co.uk>");
        var phone = PiiKind.Phone;
        yield return ("c05", phone, () => $"+49 {Number(30, 89)} {Number(1000000, 9999999)}");
        yield return ("c06", phone, () => $"({Number(201, 989)}) {Number(201, 989)}-{Number(1000, 9999)}");
        yield return ("c07", phone, () => $"+1{Number(201, 989)}{Number(201, 989)}{Number(1000, 9999)}");
        yield return ("c08", phone, () => $"0{Number(20, 89)} {Number(100, 999)} {Number(10000, 99999)}");
        yield return ("customer_phone", phone, () => $"{Number(1000000, 999999999)}");
        yield return ("c10", phone, () => $"0033 {Number(1, 7)} {Number(10, 99)} {Number(10, 99)} {Number(10, 99)} {Number(10, 99)}");
        var card = PiiKind.Card;
        yield return ("c11", card, () => Card("4", 16));
        yield return ("c12", card, () => string.Join(' ', Card("53", 16).Chunk(4).Select(c => new string(c))));
        yield return ("payment_ref", card, () => string.Join('-', Card("6011", 16).Chunk(4).Select(c => new string(c))));
        yield return ("c14", card, () => Card("37", 15));
        var iban = PiiKind.Iban;
        yield return ("c15", iban, () => Iban("DE", Digits(18)));
        yield return ("account", iban, () => string.Join(' ', Iban("FR", Digits(10) + Letters(1) + Digits(12)).Chunk(4).Select(c => new string(c))));
        yield return ("c17", iban, () => Iban("NL", Letters(4) + Digits(10)).ToLowerInvariant());
        var id = PiiKind.NationalId;
        yield return ("c18", id, () => $"{Number(100, 665)}-{Number(10, 99)}-{Number(1000, 9999)}");
        yield return ("c19", id, () => $"{Pick(["AB", "CE", "HJ", "PR"])} {Number(10, 99)} {Number(10, 99)} {Number(10, 99)} {Pick(["A", "B", "C", "D"])}");
        yield return ("c20", id, () => Number(10000000, 99999999) is var n ? $"{n}{"TRWAGMYFPDXBNJZSQVHLCKE"[n % 23]}" : "");
        yield return ("bsn", id, Bsn);
        yield return ("c22", id, Pesel);
        yield return ("c23", id, Nir);
        yield return ("taxId", id, () => $"{Number(100, 999)} {Number(100, 999)} {Number(10000, 99999)}");
        yield return ("c25", id, () => $"{Number(60, 99)}{Number(10, 12)}{Number(10, 28)}-{Number(100, 999)}" is var d ? Enumerable.Range(0, 10).Select(c => d + c).First(s => Luhn(s.Replace("-", "", StringComparison.Ordinal))) : "");
        var name = PiiKind.PersonName;
        yield return ("c26", name, () => $"{Pick(Given)} {Pick(Family)}");
        yield return ("c27", name, () => $"{Pick(Family)}, {Pick(Given)}");
        yield return ("first_name", name, () => Pick(Given));
        yield return ("lastName", name, () => Pick(Family).ToUpperInvariant());
        yield return ("c30", name, () => $"{Pick(Given)} {Letters(1)}. {Pick(Family)}");
        var ip = PiiKind.IpAddress;
        yield return ("c31", ip, () => $"{Number(1, 223)}.{Number(255)}.{Number(255)}.{Number(1, 254)}");
        yield return ("c32", ip, () => $"2001:db8:{Number(9999):x}:{Number(9999):x}::{Number(1, 9999):x}");
        var secret = PiiKind.Secret;
        yield return ("c33", secret, () => $"AKIA{new string([.. Enumerable.Range(0, 16).Select(_ => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[_random.Next(32)])])}");
        yield return ("api_key", secret, () => Base64(24));
        yield return ("c35", secret, () => $"ghp_{new string([.. Enumerable.Range(0, 36).Select(_ => Alphabet[_random.Next(62)])])}");
        yield return ("connection", secret, () => $"postgres://app:{Base64(9).Replace('/', 'x')}@db{Number(9)}.internal:5432/prod");
        yield return ("c37", secret, () => $"eyJhbGciOiJIUzI1NiJ9.eyJ{Base64(30).Replace('/', '_').Replace('+', '-').TrimEnd('=')}.{Base64(32).Replace('/', '_').Replace('+', '-').TrimEnd('=')}");
    }

    private IEnumerable<(string, PiiKind?, Func<string>)> Others()
    {
        yield return ("n01", null, () => Guid.NewGuid().ToString());
        yield return ("n02", null, () => Convert.ToHexStringLower(Bytes(16)));
        yield return ("checksum", null, () => Convert.ToHexStringLower(Bytes(32)));
        yield return ("n04", null, () => Digits(16));
        yield return ("order_id", null, () => $"{Number(500000, 599999)}");
        yield return ("n06", null, () => Number(1, 28) is var d ? $"2020-{Number(1, 12):00}-{d:00}" : "");
        yield return ("n07", null, () => $"2020-03-{Number(1, 28):00} {Number(10, 23)}:{Number(10, 59)}:00");
        yield return ("n08", null, () => $"{Number(10, 28):00}.{Number(10, 12):00}.2021");
        yield return ("version", null, () => $"{Number(9)}.{Number(20)}.{Number(40)}.{Number(9)}");
        yield return ("n10", null, () => (_random.NextDouble() * 180 - 90).ToString("F6", CultureInfo.InvariantCulture));
        yield return ("n11", null, () => $"978-3-{Number(10, 99)}-{Number(100000, 999999)}-{Number(9)}");
        yield return ("ean", null, () => Digits(13));
        yield return ("county", null, () => Pick(["Madison", "Jackson", "Washington", "Lincoln", "Marion", "Franklin", "Jefferson", "Wayne", "Montgomery", "Douglas"]));
        yield return ("place", null, () => $"{Pick(["Madison", "Jackson", "Charlotte", "Victoria", "Helena"])} {Pick(["County", "City", "Island", "Falls", "Springs"])}");
        yield return ("country", null, () => Pick(["Germany", "United Kingdom", "New Zealand", "France", "Costa Rica", "South Korea"]));
        yield return ("n16", null, () => $"{Pick(["WHITE", "RED", "SET OF 3", "VINTAGE"])} {Pick(["HANGING HEART", "METAL LANTERN", "CHARLOTTE BAG", "DOLLY GIRL"])} {Pick(["T-LIGHT", "HOLDER", "BOX", "SMALL"])}");
        yield return ("sku", null, () => $"{Number(10000, 99999)}{Letters(1)}");
        yield return ("invoice", null, () => $"INV-2024-{Number(100000, 999999)}");
        yield return ("n19", null, () => $"{Number(1, 23):00}:{Number(59):00}:{Number(59):00}");
        yield return ("url", null, () => $"https://example.org/items/{Number(99999)}?page={Number(9)}");
        yield return ("n21", null, () => $"{Number(1000)},{Number(99):00} EUR");
        yield return ("n22", null, () => Pick(["new", "paid", "shipped", "returned"]));
        yield return ("mac", null, () => string.Join(':', Bytes(6).Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
        yield return ("n24", null, () => "DE" + Digits(20));
        yield return ("n25", null, () => $"{Number(100000000, 999999999)}");
        yield return ("n26", null, () => $"16{Number(100000000, 999999999)}");
        yield return ("comment", null, () => $"{Pick(["Delivered", "Late", "Damaged", "Left at the door"])} {Pick(["yesterday", "on Monday", "again", "@ 5pm"])}");
        yield return ("path", null, () => $"s3://bucket/raw/2024/{Number(1, 12):00}/part-{Number(9999):0000}.csv");
        yield return ("fips", null, () => $"{Number(1001, 56045):00000}");
        yield return ("n30", null, () => $"{_random.NextDouble() * 1e6:F2}");
        yield return ("postcode", null, () => $"{Letters(2)}{Number(1, 20)} {Number(9)}{Letters(2)}");
        yield return ("n32", null, () => $"{Number(1900, 2020)} {Pick(["Grand Prix", "World Cup", "Olympic Games"])}");
    }

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static bool Luhn(string digits) => digits.Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : ((c - '0') * 2 % 10) + ((c - '0') / 5)).Sum() % 10 == 0;

    private string Card(string prefix, int length)
    {
        var body = prefix + Digits(length - prefix.Length - 1);
        return Enumerable.Range(0, 10).Select(c => body + c).First(Luhn);
    }

    private static string Iban(string country, string account)
    {
        var text = string.Concat((account + country + "00").Select(c => char.IsLetter(c) ? (c - 'A' + 10).ToString(CultureInfo.InvariantCulture) : c.ToString()));
        return $"{country}{98 - (int)(System.Numerics.BigInteger.Parse(text, CultureInfo.InvariantCulture) % 97):00}{account}";
    }

    private string Bsn()
    {
        while (true)
        {
            var text = Number(102000000, 999999999).ToString(CultureInfo.InvariantCulture);
            if (text[0] != text[1] && text.Select((c, i) => (c - '0') * (i == 8 ? -1 : 9 - i)).Sum() % 11 == 0)
            {
                return text;
            }
        }
    }

    private string Pesel()
    {
        var body = $"{Number(50, 99)}{Number(1, 12):00}{Number(1, 28):00}{Number(1000, 9999)}";
        int[] weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        return body + ((10 - (body.Select((c, i) => (c - '0') * weights[i]).Sum() % 10)) % 10);
    }

    private string Nir()
    {
        var body = $"{Number(1, 2)}{Number(40, 99)}{Number(1, 12):00}{Number(10, 95)}{Number(100, 999)}{Number(100, 999)}";
        return $"{body}{97 - (long.Parse(body, CultureInfo.InvariantCulture) % 97):00}";
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Base64(int bytes) => Convert.ToBase64String(Bytes(bytes));

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + _random.Next(10))));

    private string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('A' + _random.Next(26))));

    private string Pick(string[] of) => of[_random.Next(of.Length)];

    private bool Chance(int percent) => _random.Next(100) < percent;

    private int Number(int below) => _random.Next(below + 1);

    private int Number(int from, int to) => _random.Next(from, to + 1);
}
