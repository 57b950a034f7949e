using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Tests;

/// <summary>Entries with sensible values, for tests to change in one place.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Noon = new(2020, 3, 22, 12, 0, 0, TimeSpan.Zero);

    public static LedgerEntry Ledger(string partition = "2020-03-22", long epoch = 1, string runId = "run-1", string dataset = "silver.cases", PartitionState state = PartitionState.Published) => new()
    {
        Pipeline = "covid",
        Dataset = dataset,
        Partition = partition,
        Epoch = epoch,
        RunId = runId,
        State = state,
        InputFingerprint = $"in-{epoch}",
        CodeFingerprint = "code",
        ContractFingerprint = "contract",
        EngineVersion = "1.5",
        PublishedEpoch = state == PartitionState.Published ? epoch : null,
        TableVersion = epoch * 10,
        Rows = 3000,
        Bytes = 100_000,
        PublishedAt = Noon,
        PartitionStart = Noon.AddHours(-12),
        UpdatedAt = Noon,
    };

    public static RunEntry Run(string runId = "run-1", string partition = "2020-03-22", string status = "succeeded", int minutes = 0) => new()
    {
        RunId = runId,
        WorkflowId = $"run/covid/{partition}",
        Pipeline = "covid",
        Partition = partition,
        Status = status,
        Trigger = "manual",
        StartedAt = Noon.AddMinutes(minutes),
        EndedAt = status == "running" ? null : Noon.AddMinutes(minutes + 1),
    };

    public static QualityPoint Quality(string partition, long epoch = 1, double value = 1, string rule = "row_count") => new()
    {
        Pipeline = "covid",
        Dataset = "silver.cases",
        Partition = partition,
        Rule = rule,
        Epoch = epoch,
        RunId = $"run-{epoch}",
        Severity = "error",
        Passed = true,
        Value = value,
        MeasuredAt = Noon,
    };

    public static Hold Hold(long epoch = 1) => new()
    {
        HoldId = $"covid/silver.cases/2020-03-22/{epoch}",
        Pipeline = "covid",
        Dataset = "silver.cases",
        Partition = "2020-03-22",
        Epoch = epoch,
        RunId = $"run-{epoch}",
        WorkflowId = "run/covid/2020-03-22",
        Reason = "row_count is 12, expected at least 1000",
        Checks = """[{"rule": "row_count"}]""",
        RaisedAt = Noon,
        ExpiresAt = Noon.AddDays(3),
    };

    public static HoldDecision Decision(string action = "approve", int revision = 0, string id = "update-1", long epoch = 1) => new()
    {
        DecisionId = id,
        HoldId = $"covid/silver.cases/2020-03-22/{epoch}",
        Revision = revision,
        Action = action,
        Actor = "ada",
        Role = "stewards",
        Reason = "the county merged its reports",
        DecidedAt = Noon.AddHours(1),
    };
}
