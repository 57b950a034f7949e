namespace Lakehouse.Privacy;

/// <summary>What kind of personal or secret value a column seems to hold.</summary>
public enum PiiKind
{
    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>A payment card number: issuer's prefix, length and Luhn digit fit.</summary>
    Card,

    /// <summary>An IBAN: country, length and check digits fit.</summary>
    Iban,

    /// <summary>A national identity, tax or insurance number.</summary>
    NationalId,

    /// <summary>A person's name.</summary>
    PersonName,

    /// <summary>An IP address.</summary>
    IpAddress,

    /// <summary>A secret: an API key, token, private key or password in a URL.</summary>
    Secret,
}
