namespace Temporal.DevServer.Visibility.Query;

/// <summary>SQL's three values, ordered so that AND is the least, OR the greatest and NOT the distance to the other end.</summary>
internal enum Truth
{
    /// <summary>It does not hold.</summary>
    False,

    /// <summary>It compares an attribute that the row does not have.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,
}
