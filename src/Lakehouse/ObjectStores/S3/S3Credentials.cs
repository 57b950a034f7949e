using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Lakehouse.ObjectStores.S3;

/// <summary>Credentials by reference: settings say where they are, never what they are.</summary>
public static class S3Credentials
{
    /// <summary>Finds credentials.</summary>
    /// <param name="reference">
    /// <c>default</c>: the chain that AWS tools use; <c>environment</c>: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN if set;
    /// <c>environment:LAKE</c>: LAKE_ACCESS_KEY_ID and so on; <c>profile:NAME</c>: a profile of the AWS configuration files.
    /// </param>
    /// <returns>The credentials; null for the default chain, which is asked with each request.</returns>
    /// <exception cref="LakehouseException"><c>store.credentials</c>: there are none.</exception>
    public static AWSCredentials? Resolve(string reference) => reference.Split(':', 2) switch
    {
        ["default"] => null,
        ["environment"] => FromEnvironment("AWS"),
        ["environment", { Length: > 0 } prefix] => FromEnvironment(prefix),
        ["profile", { Length: > 0 } name] => new CredentialProfileStoreChain().TryGetAWSCredentials(name, out var credentials)
            ? credentials
            : throw Missing(reference, $"there is no profile '{name}'"),
        _ => throw Missing(reference, "it is no reference"),
    };

    /// <summary>Reads a secret of the form <c>ID:SECRET</c>, or <c>ID:SECRET:TOKEN</c> for a session.</summary>
    /// <exception cref="LakehouseException"><c>store.credentials</c>: it has another form; the message does not repeat it.</exception>
    public static AWSCredentials Parse(string secret) => secret.Trim().Split(':') switch
    {
        [{ Length: > 0 } id, { Length: > 0 } key] => new BasicAWSCredentials(id, key),
        [{ Length: > 0 } id, { Length: > 0 } key, { Length: > 0 } token] => new SessionAWSCredentials(id, key, token),
        var parts => throw new LakehouseException(
            "store.credentials",
            $"A secret for a bucket has {parts.Length} parts between colons: expected ACCESS_KEY_ID:SECRET_ACCESS_KEY, or with a third part the session's token. Help: correct what the reference leads to."),
    };

    private static AWSCredentials FromEnvironment(string prefix)
    {
        var (key, secret, token) = (Value("ACCESS_KEY_ID"), Value("SECRET_ACCESS_KEY"), Value("SESSION_TOKEN"));
        if (key is null || secret is null)
        {
            throw Missing($"environment:{prefix}", $"{prefix}_{(key is null ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY")} is not set");
        }

        return token is null ? new BasicAWSCredentials(key, secret) : new SessionAWSCredentials(key, secret, token);

        string? Value(string name) => Environment.GetEnvironmentVariable($"{prefix}_{name}") is { Length: > 0 } value ? value : null;
    }

    private static LakehouseException Missing(string reference, string why) => new(
        "store.credentials",
        $"Credentials reference '{reference}' leads to none: {why}. Expected 'default', 'environment', 'environment:PREFIX' or 'profile:NAME'. "
        + "Help: set the variables or write the profile; credentials never stand in settings themselves.");
}
