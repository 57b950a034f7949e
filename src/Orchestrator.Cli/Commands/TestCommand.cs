using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Fixtures;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator test PIPELINE</c>: the pipeline's own fixtures, given rows against expected rows.</summary>
internal static class TestCommand
{
    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline." };

    public static Command Create()
    {
        var command = new Command("test", "Run a pipeline's fixture tests.") { Pipeline };
        command.SetAction((call, cancellationToken) => Task.FromResult(Run(call, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult call, CancellationToken cancellationToken)
    {
        var spec = PipelineArgument.Load(GlobalOptions.Settings(call), call.GetRequiredValue(Pipeline));
        var results = FixtureRunner.Run(spec, cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(results);
        }
        else
        {
            foreach (var result in results)
            {
                Console.WriteLine(result.Passed ? $"passed  {result.Model}: {result.Name}" : $"FAILED  {result.Model}: {result.Name} ({result.File}:{result.Line})\n  {string.Join("\n  ", result.Differences)}");
            }

            Console.WriteLine($"{results.Count(r => r.Passed)} passed, {results.Count(r => !r.Passed)} failed");
        }

        return results.Count > 0 && results.All(r => r.Passed) ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
