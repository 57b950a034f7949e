using System.Diagnostics;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Workers;

/// <summary>The official TypeScript worker in its own process; its pinned packages are installed first.</summary>
internal static class TypeScriptWorker
{
    private static readonly string Folder = TestPaths.InRepo("tests", "Benchmarks", "TypeScript");

    public static async Task<ChildProcess> StartAsync(string address, string taskQueue, CancellationToken cancellationToken)
    {
        using (var install = Process.Start(TestPaths.InRepo("infra", "npm.sh"), [Folder]))
        {
            await install.WaitForExitAsync(cancellationToken);
            if (install.ExitCode != 0)
            {
                throw new InvalidOperationException("The official TypeScript worker cannot be installed; what is wrong was printed.");
            }
        }

        return await ChildProcess.StartProgramAsync("node", [Path.Combine(Folder, "worker.js"), address, taskQueue], cancellationToken);
    }
}
