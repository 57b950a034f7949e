using System.Diagnostics;

namespace Conventions.Tests;

/// <summary>Builds made by tests.</summary>
internal static class DotNet
{
    /// <summary>Runs <c>dotnet build</c>; no process outlives it.</summary>
    public static (int Code, string Output) Build(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["build", folder, "-v", "q", "--nologo", "-nodeReuse:false", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
