using System.Text.Json;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Planning;

/// <summary>Plans that were shown to somebody, in the lake under their hash: <c>_plan/{pipeline}/{hash}.json</c>.</summary>
public sealed class PlanStore(LakeRoot lake)
{
    /// <summary>So many digits of a hash are asked for at least.</summary>
    public const int LeastDigits = 8;

    /// <summary>Keeps a plan, so that <c>run --plan</c> can hold the world against it.</summary>
    public Task KeepAsync(PipelinePlan plan, CancellationToken cancellationToken) => lake.Store.PutAsync(
        $"{FolderOf(plan.Pipeline)}{plan.Hash}.json",
        JsonSerializer.SerializeToUtf8Bytes(plan with { Runs = [.. plan.Runs.Select(r => r with { Rows = null, Seconds = null })] }, PayloadFormat.Json),
        cancellationToken);

    /// <summary>The plan whose hash begins like this; null when there is none or more than one.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="hash">The hash or its beginning, at least <see cref="LeastDigits"/> digits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PipelinePlan?> FindAsync(string pipeline, string hash, CancellationToken cancellationToken)
    {
        if (hash.Length < LeastDigits || !hash.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var found = new List<string>();
        await foreach (var plan in lake.Store.EnumerateAsync(FolderOf(pipeline) + hash.ToLowerInvariant(), null, cancellationToken))
        {
            found.Add(plan.Path);
        }

        return found is [var only] && await lake.Store.ReadAsync(only, cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize<PipelinePlan>(bytes, PayloadFormat.Json)
            : null;
    }

    private static string FolderOf(string pipeline) => $"_plan/{pipeline}/";
}
