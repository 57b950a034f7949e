using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Recording;
using Orchestrator.Catalog;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator catalog status|rebuild|migrate</c>: the Postgres that is kept to what the lake says.</summary>
internal static class CatalogCommand
{
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking." };

    public static Command Create()
    {
        var command = new Command("catalog", "Look at the catalog in Postgres, or make it anew from the lake.");
        Add("status", "What the catalog holds, and what it has not been told yet.", StatusAsync);
        Add("migrate", "Bring the catalog's tables up to date and tell it what waits.", MigrateAsync);
        Add("rebuild", "Empty the catalog and make it anew from the lake.", RebuildAsync, Yes);
        return command;

        void Add(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action, params Option[] options)
        {
            var verb = new Command(name, description);
            foreach (var option in options)
            {
                verb.Options.Add(option);
            }

            verb.SetAction(action);
            command.Subcommands.Add(verb);
        }
    }

    private static Task<int> StatusAsync(ParseResult call, CancellationToken cancellationToken) => WithAsync(call, async (lake, place, follower) =>
    {
        var waiting = (await lake.Outbox.PendingAsync(cancellationToken)).Count;
        try
        {
            var (database, isFilled) = await follower.OpenAsync(cancellationToken);
            var tables = await database.CountsAsync(cancellationToken);
            Show(call, new CatalogPage(place.ToString(), true, isFilled, waiting, tables, null));
            return ExitCodes.Ok;
        }
        catch (CatalogException e)
        {
            Show(call, new CatalogPage(place.ToString(), false, false, waiting, new Dictionary<string, long>(), e.Message.Split('\n')[0]));
            return e.IsTransient ? ExitCodes.Unavailable : ExitCodes.Failed;
        }
    });

    private static Task<int> MigrateAsync(ParseResult call, CancellationToken cancellationToken) => WithAsync(call, (lake, place, follower) =>
        ToldAsync(call, lake, place, follower, token => follower.CatchUpAsync(token), cancellationToken));

    private static Task<int> RebuildAsync(ParseResult call, CancellationToken cancellationToken) => WithAsync(call, (lake, place, follower) =>
    {
        if (!call.GetValue(Yes) && !Question.IsAgreed($"Empty the tables of {place} and make them anew from lake '{lake.Store}'?"))
        {
            throw new UsageException($"The tables of {place} would be emptied and made anew from lake '{lake.Store}'; nothing was done. Help: give --yes to do it.");
        }

        return ToldAsync(call, lake, place, follower, token => follower.RebuildAsync(token), cancellationToken);
    });

    private static async Task<int> ToldAsync(ParseResult call, LakeRoot lake, CatalogSettings place, CatalogFollower follower, Func<CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        var told = await work(cancellationToken);
        var (database, isFilled) = await follower.OpenAsync(cancellationToken);
        var page = new CatalogPage(place.ToString(), true, isFilled, (await lake.Outbox.PendingAsync(cancellationToken)).Count, await database.CountsAsync(cancellationToken), follower.Refused.Values.FirstOrDefault()) { Told = told };
        Show(call, page);
        return follower.Refused.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<int> WithAsync(ParseResult call, Func<LakeRoot, CatalogSettings, CatalogFollower, Task<int>> work)
    {
        var settings = GlobalOptions.Settings(call);
        var place = CatalogPlace.Of(settings) ?? throw new UsageException(
            $"No catalog is configured. Help: set 'catalog: local' in temporal-dev.yaml, or {CatalogPlace.Variable} to a connection string; nothing else needs one.");
        var lake = new LakeRoot(settings.Lake);
        await using var follower = new CatalogFollower(lake, place);
        return await work(lake, place, follower);
    }

    private static void Show(ParseResult call, CatalogPage page)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(page);
            return;
        }

        Console.WriteLine($"catalog: {page.Place}, {(!page.Answers ? "does not answer" : page.IsFilled ? "holds what the lake does" : "not filled yet: the next worker does it")}");
        if (page.Told is { } told)
        {
            Console.WriteLine($"told:    {Amount.Of(told, "record")}");
        }

        Console.WriteLine($"waiting: {Amount.Of(page.Waiting, "record")}");
        if (page.Tables.Count > 0)
        {
            TableText.Write(["table", "rows"], [.. page.Tables.Select(t => (IReadOnlyList<object?>)[t.Key, t.Value])]);
        }

        if (page.Problem is { } problem)
        {
            Console.WriteLine($"problem: {problem}{(page.Answers ? "" : $"\nHelp: check 'catalog' in temporal-dev.yaml or {CatalogPlace.Variable}, and that the server runs; what waits is told once it answers.")}");
        }
    }

    /// <summary>What the verbs print.</summary>
    private sealed record CatalogPage(string Place, bool Answers, bool IsFilled, int Waiting, IReadOnlyDictionary<string, long> Tables, string? Problem)
    {
        public int? Told { get; init; }
    }
}
