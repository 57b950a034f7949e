using System.CommandLine;
using Orchestrator.Catalog;
using Orchestrator.Cli.Commands;
using Orchestrator.Pipelines.Validation;
using Lakehouse;
using Orchestrator.Cli;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Runs;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Exceptions;

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
    var code = await call.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    if (call.Errors.Count == 0)
    {
        return code;
    }

    await Complaint.WriteAsync("", call);
    return ExitCodes.Usage;
}
catch (Exception e) when (e is UsageException or PipelineValidationException)
{
    await Complaint.WriteAsync(e.Message, call);
    return ExitCodes.Usage;
}
catch (UnavailableException e)
{
    await Complaint.WriteAsync(e.Message, call);
    return ExitCodes.Unavailable;
}
catch (RpcException e)
{
    await Complaint.WriteAsync($"{e.Message} Help: see 'orchestrator doctor', and whether a worker runs on the task queue; what was started goes on, and the same command attaches to it.", call);
    return ExitCodes.Unavailable;
}
catch (PlanMovedException e)
{
    await Complaint.WriteAsync(e.Message, call);
    return ExitCodes.PlanMoved;
}
catch (CatalogException e)
{
    await Complaint.WriteAsync(e.Message, call);
    return e.IsTransient ? ExitCodes.Unavailable : ExitCodes.Failed;
}
catch (LakehouseException e)
{
    await Complaint.WriteAsync(e.Message, call);
    return ExitCodes.Failed;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // Files and ports: the system's own words name which one.
    await Complaint.WriteAsync(e.Message, call);
    return ExitCodes.Failed;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped. Runs that were started are safe: give the same command again to go on.");
    return ExitCodes.Interrupted;
}
