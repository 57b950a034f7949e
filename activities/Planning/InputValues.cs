using Lakehouse;
using Lakehouse.Raw;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Planning;

/// <summary>Tells source files that were only written in another way from those that say something else. A file is parsed only when its bytes have changed and what it said before is known.</summary>
internal sealed class InputValues(PipelineSpec spec)
{
    /// <summary>The files with what is known of what they say.</summary>
    /// <param name="inputs">The files as they are.</param>
    /// <param name="last">The partition's last run; null when there was none.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    public async Task<IReadOnlyList<SourceFile>> CompareAsync(IReadOnlyList<SourceFile> inputs, LedgerFact? last, CancellationToken cancellationToken)
    {
        if (last is null || ReferenceEquals(inputs, last.Inputs))
        {
            return inputs;
        }

        var before = last.Inputs.DistinctBy(InputReasons.Key).ToDictionary(InputReasons.Key, StringComparer.Ordinal);
        var compared = new List<SourceFile>(inputs.Count);
        foreach (var input in inputs)
        {
            compared.Add(before.GetValueOrDefault(InputReasons.Key(input)) switch
            {
                null => input,
                var known when known.Sha256 == input.Sha256 => input with { Values = known.Values, ArrivedAt = known.ArrivedAt },
                { Values: not null } when input.Sha256 != InputReasons.Unread => input with { Values = await OfAsync(input, cancellationToken) },
                _ => input,
            });
        }

        return compared;
    }

    /// <summary>Hash of what a file says, as a run would record it; null when it cannot be read as what the contract describes, or only by the engine.</summary>
    private async Task<string?> OfAsync(SourceFile input, CancellationToken cancellationToken)
    {
        var hashes = new List<string>();
        foreach (var dataset in spec.Datasets.Where(d => d.Source == input.Source).OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            try
            {
                if (BronzeLoader.HashOf(await spec.Sources[input.Source].Files.OpenAsync(input.Uri, input.Bytes, cancellationToken), dataset.Schema, [dataset.PartitionColumn], input.Uri, cancellationToken) is not { } hash)
                {
                    return null;
                }

                hashes.Add(hash);
            }
            catch (Exception e) when (e is LakehouseException or IOException or UnauthorizedAccessException)
            {
                // A run will say what is wrong with it, or find that it has gone.
                return null;
            }
        }

        return hashes.Count == 0 ? null : string.Join('+', hashes);
    }
}
