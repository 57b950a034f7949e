using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Memo and search attributes.</summary>
public sealed class MemoTests(SdkHost host) : Behaviours(host)
{
    private static readonly SearchAttributeKey<string> Keyword = SearchAttributeKey.CreateKeyword("SuiteKeyword");
    private static readonly SearchAttributeKey<long> Number = SearchAttributeKey.CreateLong("SuiteNumber");
    private static readonly SearchAttributeKey<bool> Flag = SearchAttributeKey.CreateBool("SuiteFlag");
    private static readonly SearchAttributeKey<double> Real = SearchAttributeKey.CreateDouble("SuiteReal");
    private static readonly SearchAttributeKey<DateTimeOffset> Moment = SearchAttributeKey.CreateDateTimeOffset("SuiteMoment");
    private static readonly SearchAttributeKey<IReadOnlyCollection<string>> Words = SearchAttributeKey.CreateKeywordList("SuiteWords");

    [Fact]
    public async Task Memo_OfTheStart_IsSeenByCodeAndClient()
    {
        var handle = await StartAsync(
            _ => Task.FromResult(Workflow.PayloadConverter.ToValue<string>(Workflow.Memo["note"])), o => o.Memo = new Dictionary<string, object> { ["note"] = "kept" });
        Assert.Equal("kept", await ResultAsync(handle));
        Assert.Equal("kept", await (await handle.DescribeAsync()).Memo["note"].ToValueAsync<string>());
    }

    [Fact]
    public async Task Memo_Upserted_IsMergedAndRemoved()
    {
        var handle = await StartAsync(
            _ =>
            {
                Workflow.UpsertMemo(MemoUpdate.ValueSet("new", 5), MemoUpdate.ValueUnset("old"));
                return Task.FromResult(string.Join(' ', Workflow.Memo.Keys.Order(StringComparer.Ordinal)));
            },
            o => o.Memo = new Dictionary<string, object> { ["old"] = 1, ["stays"] = 2 });
        Assert.Equal("new stays", await ResultAsync(handle));
        Assert.Equal(["new", "stays"], (await handle.DescribeAsync()).Memo.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Memo_EmptyOrDoubleUpsert_Throws()
    {
        Assert.StartsWith("Argument", await RunAsync(_ => CaughtAsync(() =>
        {
            Workflow.UpsertMemo();
            return Task.CompletedTask;
        })), StringComparison.Ordinal);
        Assert.StartsWith("Argument", await RunAsync(_ => CaughtAsync(() =>
        {
            Workflow.UpsertMemo(MemoUpdate.ValueSet("a", 1), MemoUpdate.ValueSet("a", 2));
            return Task.CompletedTask;
        })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAttributes_OfEveryType_AreSeenByCodeAndClient()
    {
        await RegisterAsync();
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var all = new SearchAttributeCollection.Builder().Set(Keyword, "k").Set(Number, 5).Set(Flag, true).Set(Real, 1.5).Set(Moment, moment).Set(Words, ["a", "b"]).ToSearchAttributeCollection();
        var handle = await StartAsync(
            _ => Task.FromResult($"{Workflow.TypedSearchAttributes.Get(Keyword)} {Workflow.TypedSearchAttributes.Get(Number)} {Workflow.TypedSearchAttributes.Get(Flag)} "
                + $"{Workflow.TypedSearchAttributes.Get(Real)} {Workflow.TypedSearchAttributes.Get(Moment) == moment} {string.Join(',', Workflow.TypedSearchAttributes.Get(Words))}"),
            o => o.TypedSearchAttributes = all);
        Assert.Equal("k 5 True 1.5 True a,b", await ResultAsync(handle));
        var described = (await handle.DescribeAsync()).TypedSearchAttributes;
        Assert.Equal(("k", 5L, moment), (described.Get(Keyword), described.Get(Number), described.Get(Moment)));
    }

    [Fact]
    public async Task SearchAttributes_Upserted_AreListed()
    {
        await RegisterAsync();
        var value = $"v{Guid.NewGuid():N}";
        var handle = await StartAsync(wf =>
        {
            Workflow.UpsertTypedSearchAttributes(Keyword.ValueSet(value), Number.ValueUnset());
            wf.State = $"{Workflow.TypedSearchAttributes.ContainsKey(Number)}";
            return wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "False");
        await UntilAsync(async () => await Client.ListWorkflowsAsync($"SuiteKeyword = '{value}'").AnyAsync(w => w.Id == handle.Id));
        Assert.Equal(1, (await Client.CountWorkflowsAsync($"SuiteKeyword = '{value}'")).Count);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task SearchAttributes_Unregistered_AreRefusedAtTheStart() => await Assert.ThrowsAsync<RpcException>(() => StartAsync(
        _ => Task.FromResult("never"),
        o => o.TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(SearchAttributeKey.CreateKeyword("Unheard"), "x").ToSearchAttributeCollection()));

    [Fact]
    public async Task SearchAttributes_UnregisteredUpsert_FailsTheTask()
    {
        var handle = await StartAsync(wf =>
        {
            Workflow.UpsertTypedSearchAttributes(SearchAttributeKey.CreateKeyword("Unheard").ValueSet("x"));
            return wf.ReceiveAsync(1);
        });
        var failed = await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
        Assert.Equal(WorkflowTaskFailedCause.BadSearchAttributes, failed.WorkflowTaskFailedEventAttributes.Cause);
        await handle.TerminateAsync();
    }

    private async Task RegisterAsync()
    {
        var request = new Temporalio.Api.OperatorService.V1.AddSearchAttributesRequest { Namespace = "default" };
        foreach (SearchAttributeKey key in (SearchAttributeKey[])[Keyword, Number, Flag, Real, Moment, Words])
        {
            request.SearchAttributes[key.Name] = key.ValueType;
        }

        await Client.OperatorService.AddSearchAttributesAsync(request);
    }
}
