using System.Globalization;
using System.Text.RegularExpressions;
using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Privacy;

/// <summary>
/// Looks for columns that hold personal or secret values, over a sample of their values and with their names as a hint. A finding needs a share of
/// the values: of e-mail addresses, IBANs, cards and secrets a few, because nothing else looks like them, of numbers and names many.
/// </summary>
public static partial class PiiScan
{
    // Below this number of values a share says nothing, and a single value of a kind that nothing else looks like is enough.
    private const int FewValues = 5;

    // Places bear the names of persons too: one or two of them in a short column are chance.
    private const int FewNames = 3;

    /// <summary>Looks at columns of a relation; only those of text and of whole numbers can hold what is looked for.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of the table or view, unquoted.</param>
    /// <param name="columns">Columns to look at.</param>
    /// <param name="sample">Rows in the sample, the same rows for the same data. Default: 500.</param>
    /// <param name="mostRows">More rows than this are not in the relation. Default: null, nobody knows.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public static IReadOnlyList<PiiFinding> Find(DuckDbConnection connection, string relation, IReadOnlyCollection<TableColumn> columns, int sample = 500, long? mostRows = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(columns);
        var name = SqlIdentifier.QuoteQualified(relation);
        var wanted = columns
            .Where(c => c.SqlType is "VARCHAR" or "BIGINT" or "UBIGINT" or "HUGEINT" || c.SqlType.StartsWith("DECIMAL", StringComparison.Ordinal))
            .Select(c => c.Name).ToList();
        if (wanted.Count == 0)
        {
            return [];
        }

        var list = string.Join(", ", wanted.Select(c => $"CAST({SqlIdentifier.Quote(c)} AS VARCHAR)"));
        var sampled = mostRows <= sample ? "" : string.Create(CultureInfo.InvariantCulture, $" USING SAMPLE reservoir({sample} ROWS) REPEATABLE (20)");
        var rows = connection.Query($"SELECT {list} FROM {name}{sampled}", null, cancellationToken).Rows;
        return [.. wanted.Select((c, i) => Judge(c, [.. rows.Select(r => (string?)r[i]).OfType<string>().Where(v => v.Length > 0)])).OfType<PiiFinding>()];
    }

    /// <summary>Judges one column by its name and some of its values; null when it seems to hold nothing of the kind.</summary>
    /// <param name="column">Name of the column.</param>
    /// <param name="values">Some of its values, without nulls.</param>
    public static PiiFinding? Judge(string column, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            return null;
        }

        var hint = HintOf(column);
        var found = Enum.GetValues<PiiKind>().ToDictionary(k => k, _ => 0);
        var (telling, inText, bare, names) = (0, 0, 0, 0);

        // Most columns say the same few things again and again: each is looked at once.
        foreach (var (value, times) in values.CountBy(v => v, StringComparer.Ordinal))
        {
            if (PiiDetector.Classify(value) is { } kind)
            {
                found[kind] += times;
                names += kind is PiiKind.PersonName ? 1 : 0;
                telling += kind is PiiKind.IpAddress && PiiDetector.IsTellingAddress(value.Trim()) ? times : 0;
            }
            else if (Hinted(hint, value.Trim()))
            {
                found[hint!.Value] += times;
            }
            else if (Numbers.IsBareNationalId(value.AsSpan().Trim()))
            {
                bare += times;
            }
            else if (value.Contains('@', StringComparison.Ordinal) && PiiDetector.Redact(value) != value)
            {
                inText += times;
            }
        }

        found[PiiKind.Email] += inText;
        if (hint is PiiKind.NationalId || bare >= 0.9 * values.Count)
        {
            found[PiiKind.NationalId] += bare;
        }

        // Addresses of small numbers only are versions.
        if (telling < 0.3 * found[PiiKind.IpAddress] && hint is not PiiKind.IpAddress)
        {
            found[PiiKind.IpAddress] = 0;
        }

        if (names < FewNames && hint is not PiiKind.PersonName)
        {
            found[PiiKind.PersonName] = 0;
        }

        return found.Where(f => f.Value > 0 && f.Value >= Share(f.Key, f.Key == hint, values) * values.Count).OrderByDescending(f => f.Value).ThenBy(f => f.Key)
            .Select(f => new PiiFinding(column, f.Key, f.Value, values.Count)).FirstOrDefault();
    }

    private static double Share(PiiKind kind, bool isHinted, IReadOnlyList<string> values) => kind switch
    {
        PiiKind.Email or PiiKind.Secret => values.Count < FewValues ? 0.2 : 0.01,

        // One in 97 of all texts of the form has the right check digits.
        PiiKind.Iban => 0.05,

        // One in ten of all numbers has the right last digit, and one in a few the right beginning.
        PiiKind.Card => values.All(v => v.Length < 20 && v.All(char.IsAsciiDigit)) ? 0.5 : 0.05,
        PiiKind.NationalId or PiiKind.Phone => isHinted ? 0.2 : 0.4,

        // The lists hold some of the names there are: under a name such as 'last_name' a few known ones tell what the others are.
        PiiKind.PersonName => isHinted ? 0.05 : 0.25,
        _ => isHinted ? 0.2 : 0.5,
    };

    /// <summary>What a value may be only because of the column's name.</summary>
    private static bool Hinted(PiiKind? hint, string value) => hint switch
    {
        PiiKind.Phone => PiiDetector.IsBarePhone(value),
        PiiKind.PersonName => Names.IsPart(value),
        PiiKind.Secret => PiiDetector.IsRandom(value),
        PiiKind.NationalId => value.Length is >= 7 and <= 20 && value.Count(char.IsAsciiDigit) >= 6 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ' ' or '.' or '/'),
        _ => false,
    };

    private static PiiKind? HintOf(string column)
    {
        var name = Boundary().Replace(column, "_").ToLowerInvariant();
        return PhoneName().IsMatch(name) ? PiiKind.Phone
            : SecretName().IsMatch(name) ? PiiKind.Secret
            : IdName().IsMatch(name) ? PiiKind.NationalId
            : PersonColumn().IsMatch(name) ? PiiKind.PersonName
            : AddressName().IsMatch(name) ? PiiKind.IpAddress
            : null;
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")]
    private static partial Regex Boundary();

    [GeneratedRegex("(^|_)(phone|telephone|telefon|tel|mobile|handy|cell|fax|msisdn)(_|$|number|nr|no)")]
    private static partial Regex PhoneName();

    [GeneratedRegex("(^|_)(password|passwd|pwd|secret|api_?key|access_?key|access_token|auth_token|private_key|credential)s?(_|$)")]
    private static partial Regex SecretName();

    [GeneratedRegex("(^|_)(ssn|nino|pesel|bsn|cpf|dni|nie|nir|tax_id|steuer_id|national_id|social_security|insurance_number|passport|identity_number|personnummer|fiscal_code|codice_fiscale)(_|$|number|nr|no)")]
    private static partial Regex IdName();

    [GeneratedRegex("(^|_)(first_?name|last_?name|given_?name|family_?name|full_?name|surname|forename|vorname|nachname|prenom|nom|apellido|customer_name|patient|employee|holder|contact_?name|person)(_|$)")]
    private static partial Regex PersonColumn();

    [GeneratedRegex("(^|_)(ip|ip_?address|client_ip|remote_addr|remote_ip)(_|$)")]
    private static partial Regex AddressName();
}
