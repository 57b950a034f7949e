using System.Security.Cryptography;
using System.Text.Json;
using Lakehouse;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Pipelines;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>Keeps source bytes for good: one object per content hash, and beside it when these bytes were first seen and where.</summary>
internal sealed class LandStep(PipelineSpec spec, LakeRoot lake, TimeProvider time)
{
    /// <summary>Bytes of a file that is read into memory as a whole.</summary>
    private const long MostInMemory = 16L << 20;
    private const int Piece = 1 << 20;

    public async Task<IReadOnlyList<LandedFile>> RunAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        // What an earlier try has landed is there for good: it is neither read nor written again.
        List<LandedFile> landed = [.. ((await Step.BeforeAsync())?.Landed ?? []).TakeWhile((f, i) => i < plan.Inputs.Count && f.Input == plan.Inputs[i])];
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
        var putting = Task.CompletedTask;
        if (input.Bytes <= MostInMemory)
        {
            putting = await PutAsync(plan, input, path, cancellationToken);
        }
        else
        {
            await CopyAsync(plan, input, path, cancellationToken);
        }

        // Whoever lands the bytes first says when; everybody else reads it, so that a repetition makes the same rows.
        var manifest = path + ".json";
        var first = new Arrival(input.Uri, input.Bytes, input.Sha256, time.GetUtcNow());
        var isFirst = lake.Store.PutIfAbsentAsync(manifest, JsonSerializer.SerializeToUtf8Bytes(first, PayloadFormat.Json), cancellationToken);
        await Task.WhenAll(putting, isFirst);
        FailPoint.Hit("land.after-put");
        if (!await isFirst)
        {
            first = JsonSerializer.Deserialize<Arrival>((await lake.Store.ReadAsync(manifest, cancellationToken))!, PayloadFormat.Json)!;
        }

        return new LandedFile(input, path, first.ArrivedAt);
    }

    /// <summary>Lands a small file through memory; the put goes on when this returns.</summary>
    private async Task<Task> PutAsync(RunPlan plan, SourceFile input, string path, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            await using var source = await OpenAsync(plan, input, cancellationToken);
            bytes = new byte[input.Bytes];
            await source.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // Those of a file that is deleted there are read where they were landed.
            if (await lake.Store.ReadAsync(path, cancellationToken) is not { } landed)
            {
                throw;
            }

            bytes = landed;
        }

        RefuseOther(plan, input, SHA256.HashData(bytes));
        FailPoint.Hit("land.before-put");
        return lake.Store.PutIfAbsentAsync(path, bytes, cancellationToken);
    }

    /// <summary>Lands a file of any size through a staged copy, which gets its lasting name when it is whole.</summary>
    private async Task CopyAsync(RunPlan plan, SourceFile input, string path, CancellationToken cancellationToken)
    {
        // Named by its content, an object that is there is the file.
        if (await lake.Store.HeadAsync(path, cancellationToken) is not null)
        {
            return;
        }

        using var files = lake.Tables.OpenFiles();
        var staged = $"{LakeRoot.StagingOf(plan.RunId)}land-{Guid.NewGuid():N}";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var source = await OpenAsync(plan, input, cancellationToken))
        await using (var copy = File.Create(files.PathOf(staged)))
        {
            var buffer = new byte[Piece];
            for (long done = 0; await source.ReadAsync(buffer, cancellationToken) is > 0 and var count; done += count)
            {
                hash.AppendData(buffer, 0, count);
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                Step.Progress(new StatementProgress(100.0 * done / input.Bytes, 0, 0));
            }
        }

        RefuseOther(plan, input, hash.GetHashAndReset());
        FailPoint.Hit("land.before-put");
        await files.StageAsync(staged, cancellationToken);
        await lake.Store.CopyAsync(staged, path, cancellationToken);
        await lake.Store.DeleteAsync(staged, cancellationToken);
    }

    private async Task<Stream> OpenAsync(RunPlan plan, SourceFile input, CancellationToken cancellationToken)
    {
        var stream = await spec.Sources[input.Source].Files.OpenAsync(input.Uri, input.Bytes, cancellationToken);
        if (stream.Length == input.Bytes)
        {
            return stream;
        }

        await using (stream)
        {
            throw Changed(plan, input, $"{input.Bytes} bytes", $"{stream.Length}");
        }
    }

    private static void RefuseOther(RunPlan plan, SourceFile input, byte[] hash)
    {
        if (Convert.ToHexStringLower(hash) is var seen && seen != input.Sha256)
        {
            throw Changed(plan, input, $"SHA-256 {input.Sha256[..12]}", seen[..12]);
        }
    }

    private static ApplicationFailureException Changed(RunPlan plan, SourceFile input, string expected, string seen) => new(
        $"'{input.Uri}' changed after {plan.Request.WorkflowId} was planned: expected {expected}, seen {seen}. Help: run the partition again.",
        ErrorTypes.InputChanged,
        nonRetryable: true);

    /// <summary>The manifest row of landed bytes.</summary>
    private sealed record Arrival(string SourceUri, long Bytes, string Sha256, DateTimeOffset ArrivedAt);
}
