using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Pipelines;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>Keeps source bytes for good: one object per content hash, and beside it when these bytes were first seen and where.</summary>
internal sealed class LandStep(PipelineSpec spec, LakeRoot lake, TimeProvider time)
{
    public async Task<IReadOnlyList<LandedFile>> RunAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        // What an earlier try has landed is there for good: it is neither read nor written again.
        List<LandedFile> landed = [.. (await Step.LandedBeforeAsync()).TakeWhile((f, i) => i < plan.Inputs.Count && f.Input == plan.Inputs[i])];
        Step.Landed([.. landed]);
        foreach (var input in plan.Inputs.Skip(landed.Count))
        {
            Step.Enter($"land {landed.Count + 1} of {plan.Inputs.Count}");
            FailPoint.Hit("land.file");
            landed.Add(await LandAsync(plan, input, cancellationToken));
            Step.Landed([.. landed]);
        }

        return landed;
    }

    private async Task<LandedFile> LandAsync(RunPlan plan, SourceFile input, CancellationToken cancellationToken)
    {
        var path = $"_landing/{plan.Request.Pipeline}/{input.Source}/{input.Sha256}";
        var bytes = await ReadAsync(input, path, cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != input.Sha256)
        {
            throw new ApplicationFailureException(
                $"'{input.Uri}' changed after {plan.Request.WorkflowId} was planned: expected SHA-256 {input.Sha256[..12]}, seen {hash[..12]}. Help: run the partition again.",
                ErrorTypes.InputChanged,
                nonRetryable: true);
        }

        FailPoint.Hit("land.before-put");
        var putting = lake.Store.PutIfAbsentAsync(path, bytes, cancellationToken);

        // Whoever lands the bytes first says when; everybody else reads it, so that a repetition makes the same rows.
        var manifest = path + ".json";
        var first = new Arrival(input.Uri, bytes.Length, hash, time.GetUtcNow());
        var isFirst = lake.Store.PutIfAbsentAsync(manifest, JsonSerializer.SerializeToUtf8Bytes(first, PayloadFormat.Json), cancellationToken);
        await Task.WhenAll(putting, isFirst);
        FailPoint.Hit("land.after-put");
        if (!await isFirst)
        {
            first = JsonSerializer.Deserialize<Arrival>((await lake.Store.ReadAsync(manifest, cancellationToken))!, PayloadFormat.Json)!;
        }

        return new LandedFile(input, path, first.ArrivedAt);
    }

    /// <summary>The bytes where they come from; those of a file that is deleted there, where they were landed.</summary>
    private async Task<byte[]> ReadAsync(SourceFile input, string landed, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await spec.Sources[input.Source].Files.OpenAsync(input.Uri, input.Bytes, cancellationToken);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            if (await lake.Store.ReadAsync(landed, cancellationToken) is { } bytes)
            {
                return bytes;
            }

            throw;
        }
    }

    /// <summary>The manifest row of landed bytes.</summary>
    private sealed record Arrival(string SourceUri, long Bytes, string Sha256, DateTimeOffset ArrivedAt);
}
