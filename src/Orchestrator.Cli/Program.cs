using System.CommandLine;
using System.CommandLine.Invocation;
using Orchestrator.Cli;
using Orchestrator.Cli.Commands;
using Orchestrator.Cli.Output;

var root = new RootCommand("Durable data pipelines: every run of a partition is a Temporal workflow, every table an open Delta table.");
GlobalOptions.AddTo(root);
root.Subcommands.Add(PlanCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(InitCommand.Create());
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

root.Subcommands.Add(RollbackCommand.Create());
root.Subcommands.Add(BackfillCommand.Create());
root.Subcommands.Add(FlowCommand.Create());
root.Subcommands.Add(ScheduleCommand.Create());
root.Subcommands.Add(WindowCommand.Create());
root.Subcommands.Add(StatusCommand.Create());
root.Subcommands.Add(PartitionsCommand.Create());
root.Subcommands.Add(LogsCommand.Create());
root.Subcommands.Add(LineageCommand.Create());
root.Subcommands.Add(DiffCommand.Create());
root.Subcommands.Add(QuarantineCommand.Create());
root.Subcommands.Add(ContractCommand.Create());
root.Subcommands.Add(DoctorCommand.Create());
root.Subcommands.Add(CompletionCommand.Create());
root.Subcommands.Add(MaintainCommand.Create());
root.Subcommands.Add(CatalogCommand.Create());
root.Subcommands.Add(DevCommand.Create());
root.Subcommands.Add(WorkerCommand.Create());

var call = root.Parse(args);
try
{
    // What the reader of the call says about its mistakes is no part of a document.
    var code = await call.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = call.Action is ParseErrorAction ? Console.Error : Console.Out });
    return call.Errors.Count == 0 ? code : await Complaint.WriteUsageAsync(call);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped. Runs that were started are safe: give the same command again to go on.");
    return ExitCodes.Interrupted;
}
catch (Exception e)
{
    return await Complaint.WriteAsync(e, call);
}
