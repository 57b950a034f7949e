using System.CommandLine;
using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator approve|reject|retry|waive RUN</c>: one decision about what a run holds, sent as an update.</summary>
internal static class DecisionCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "Workflow id of the run, for example run/covid/2020-03-22." };
    private static readonly Option<string?> Dataset = new("--dataset") { Description = "The dataset that is held. Default: the only one." };
    private static readonly Option<int?> Version = new("--hold") { Description = "Number of the hold that was looked at; an older one is refused. Default: the newest." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    private static readonly Option<string?> By = new("--by") { Description = "Who decides. Default: the user of this session." };
    private static readonly Option<string[]> Roles = new("--role") { Description = "A role of who decides; may be given several times." };
    private static readonly Option<string?> Rule = new("--rule") { Description = "The rule to waive. Default: every broken one." };
    private static readonly Option<string?> Until = new("--until") { Description = "Until when the rule is let pass, as 2026-01-31 or 2026-01-31T12:00:00Z (UTC)." };
    private static readonly Option<string?> Expires = new("--until") { Description = "Until when the approval holds for further runs of the partition that break the same rules, as 2026-01-31 (UTC). Default: for this run only." };
    private static readonly Option<bool> NoWait = new("--no-wait") { Description = "Do not wait for the run to end." };

    public static IEnumerable<Command> CreateAll()
    {
        var approve = Create("approve", "Publish what a run holds in spite of the rules it breaks.");
        approve.Options.Add(Expires);
        yield return approve;
        yield return Create("reject", "End a run that holds rows; nothing of it is published.");
        yield return Create("retry", "Make the rows that a run holds again.");
        var waive = Create("waive", "Let a broken rule pass until a time, for this run and for those to come.");
        waive.Options.Add(Rule);
        waive.Options.Add(Until);
        yield return waive;
    }

    private static Command Create(string kind, string description)
    {
        var command = new Command(kind, description) { Run, Dataset, Version, Reason, By, Roles, NoWait };
        command.SetAction((call, cancellationToken) => RunAsync(kind, call, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string kind, ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var id = call.GetRequiredValue(Run);
        var request = new DecisionRequest
        {
            Dataset = call.GetValue(Dataset),
            Version = call.GetValue(Version),
            By = call.GetValue(By) ?? Environment.UserName,
            Roles = call.GetValue(Roles) ?? [],
            Reason = call.GetRequiredValue(Reason),
            Rule = kind == "waive" ? call.GetValue(Rule) : null,
            Until = kind switch { "waive" => Time(call.GetValue(Until)), "approve" => Time(call.GetValue(Expires)), _ => null },
        };
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, kind, cancellationToken);

        var handle = stack.Client.GetWorkflowHandle(id);
        Decision decision;
        try
        {
            decision = await handle.ExecuteUpdateAsync<Decision>(kind, [request], new WorkflowUpdateOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new FailedException($"No open run '{id}' at {stack.Address}, namespace '{settings.Namespace}'. Help: 'orchestrator holds' lists what waits for a decision.");
        }

        string? ended;
        try
        {
            ended = call.GetValue(NoWait) ? null : await EndAsync(handle, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Stopped. The decision stands, and the run goes on where a worker is: 'orchestrator show {id}' tells how far it is.");
            return ExitCodes.Interrupted;
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { run = id, decision, ended });
        }
        else
        {
            Console.WriteLine($"{decision.Kind}: {id} by {decision.By}{(ended is null ? "" : $"; the run {ended switch { "held" => "is held again", "failed" => "has ended, nothing is published", _ => "is " + ended }}")}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>How the run ended after the decision; <c>held</c> when something of it is held again.</summary>
    private static async Task<string> EndAsync(WorkflowHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            var result = handle.WaitAsync<RunResult>(cancellationToken);
            while (await Task.WhenAny(result, Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken)) != result)
            {
                if (await handle.TryQueryAsync<RunProgress>("progress", cancellationToken) is { Held.Count: > 0 })
                {
                    return "held";
                }
            }

            return (await result).Status.ToString().ToLowerInvariant();
        }
        catch (WorkflowFailedException)
        {
            return "failed";
        }
    }

    private static DateTimeOffset? Time(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new UsageException($"--until '{text}': expected a time such as 2026-01-31 or 2026-01-31T12:00:00Z.");
}
