using Lakehouse.Contracts;
using Lakehouse.Privacy;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Whether the handling of personal columns fits their types, and what the dataset does with them: two persons must not become one row.</summary>
internal static class PrivacyCheck
{
    public static void Check(DatasetDraft draft, IReadOnlyList<(string Name, string Type)> columns, ErrorList errors)
    {
        // Bronze holds what came.
        if (draft.Layer is DatasetLayer.Bronze)
        {
            return;
        }

        foreach (var (column, type) in draft.Schema!.Columns.Zip(columns, (column, made) => (column, made.Type)))
        {
            if (column.Privacy is not { Handling: not ColumnHandling.Keep } rule)
            {
                continue;
            }

            var (place, how) = (new Place(draft.ContractPath, column.Line, 1, $"schema.{draft.Schema.Name}.{column.Name}"), rule.Handling.ToString().ToLowerInvariant());
            if (PrivacyPlan.Misfit(rule, type) is { } expected)
            {
                errors.Add(place, $"handling '{how}' does not fit the type of column '{column.Name}'", expected, type, "give the column another type in model and contract, or handle it another way.");
            }

            if (column.ColumnName == draft.PartitionColumn)
            {
                errors.Add(place, $"partition column '{column.Name}' says which partition a row is of, and cannot be handled", "handling 'keep'", $"'{how}'", "put the value that is to be handled into a column of its own.");
            }
            else if (draft.Key.Contains(column.ColumnName) && rule.Handling is not ColumnHandling.Tokenise && (draft.Merge is not (MergeStrategy.Replace or MergeStrategy.Append) || draft.Deduplicate is not null))
            {
                errors.Add(place, $"rows of '{draft.Name.Value}' are merged by column '{column.Name}', and handling '{how}' gives different values the same one", "'tokenise' or 'keep'", $"'{how}'", "two persons would become one row; tokens stay apart.");
            }

            if (column.ColumnName == draft.MergeOptions.SequenceColumn && rule.Handling is not ColumnHandling.Generalise)
            {
                errors.Add(place, $"column '{column.Name}' says which row is newer, which handling '{how}' takes away", "'keep' or 'generalise'", $"'{how}'", "name another column with 'sequence_by'.");
            }
        }
    }
}
