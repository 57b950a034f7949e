using System.CommandLine;
using Orchestrator.Cli.Commands;
using Orchestrator.Pipelines.Validation;
using Lakehouse;
using Orchestrator.Cli;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;

var root = new RootCommand("Durable data pipelines: every run of a partition is a Temporal workflow, every table an open Delta table.");
GlobalOptions.AddTo(root);
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(ValidateCommand.Create());
root.Subcommands.Add(TestCommand.Create());
root.Subcommands.Add(QueryCommand.Create());
root.Subcommands.Add(RunsCommand.Create());
root.Subcommands.Add(ShowCommand.Create());
root.Subcommands.Add(HoldsCommand.Create());
foreach (var decision in DecisionCommand.CreateAll())
{
    root.Subcommands.Add(decision);
}

root.Subcommands.Add(BackfillCommand.Create());
root.Subcommands.Add(DevCommand.Create());
root.Subcommands.Add(WorkerCommand.Create());

var call = root.Parse(args);
try
{
    var code = await call.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return call.Errors.Count > 0 ? ExitCodes.Usage : code;
}
catch (Exception e) when (e is UsageException or PipelineValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.Usage;
}
catch (UnavailableException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.Unavailable;
}
catch (LakehouseException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.Failed;
}
catch (IOException e)
{
    // Files and ports: the system's own words name which one.
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.Failed;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped. Runs that were started are safe: give the same command again to go on.");
    return ExitCodes.Interrupted;
}
