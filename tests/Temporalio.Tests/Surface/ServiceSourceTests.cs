using Orchestrator.TestKit;

namespace Temporalio.Tests.Surface;

public sealed class ServiceSourceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => ServiceSource.Files.Keys.Select(n => new TheoryDataRow<string>(n));

    /// <summary>Set <c>UPDATE_SDK_SERVICES=1</c> to write the files anew after a change of the service definitions.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Generated_EachFile_IsAsTheServiceDefinitionsSay(string name)
    {
        var path = TestPaths.InRepo("src", "Temporalio", "Client", "Generated", name);
        if (Environment.GetEnvironmentVariable("UPDATE_SDK_SERVICES") == "1")
        {
            File.WriteAllText(path, ServiceSource.Files[name]);
        }

        Assert.Equal(ServiceSource.Files[name], File.ReadAllText(path));
    }
}
