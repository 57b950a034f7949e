using System.Globalization;

namespace Lakehouse.Privacy;

/// <summary>A column that seems to hold values of a kind. Holds no value.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What its values seem to be.</param>
/// <param name="Matches">Sampled values that are of the kind.</param>
/// <param name="Sampled">Sampled values that are not null.</param>
public sealed record PiiFinding(string Column, PiiKind Kind, int Matches, int Sampled)
{
    /// <summary>The finding for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"'{Column}' looks like {Text(Kind)} ({Matches} of {Sampled} sampled values)");

    private static string Text(PiiKind kind) => kind switch
    {
        PiiKind.Email => "e-mail addresses",
        PiiKind.Phone => "telephone numbers",
        PiiKind.Card => "payment card numbers",
        PiiKind.Iban => "IBANs",
        PiiKind.NationalId => "national identity numbers",
        PiiKind.PersonName => "names of persons",
        PiiKind.IpAddress => "IP addresses",
        _ => "secrets",
    };
}
