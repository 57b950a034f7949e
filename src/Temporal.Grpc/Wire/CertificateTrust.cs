using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Temporal.Grpc.Wire;

/// <summary>Trust in given roots only.</summary>
internal static class CertificateTrust
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>A policy that accepts chains to these certificates; private roots publish no revocation lists to ask.</summary>
    public static X509ChainPolicy OnlyFrom(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var certificate in roots)
        {
            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(certificate);
        }

        return policy;
    }

    /// <summary>Whether a client's certificate is valid for clients and leads to one of the roots.</summary>
    public static bool AcceptsClient(X509Certificate2Collection roots, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain { ChainPolicy = OnlyFrom(roots) };
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }
}
