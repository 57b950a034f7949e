namespace Temporalio.Worker;

/// <summary>Name and version under which this SDK shows itself to the service.</summary>
internal static class SdkIdentity
{
    /// <summary>The name every .NET SDK uses.</summary>
    public const string Name = "temporal-dotnet";

    /// <summary>Version of the public surface this SDK offers.</summary>
    public const string Version = "1.18.0";
}
