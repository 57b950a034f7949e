using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Whether a column that a pipeline names is in the contract of its dataset.</summary>
internal static class ColumnCheck
{
    /// <summary>Reports a column that the contract does not have; a contract that could not be read has been reported already.</summary>
    public static void Check(ErrorList errors, DatasetDraft draft, Located<string>? column, string role)
    {
        if (column is null || draft.Schema is null || draft.Schema.Columns.Any(c => c.ColumnName == column.Value))
        {
            return;
        }

        errors.Add(column.Place, $"{role} '{column.Value}' is not in the contract of '{draft.Name.Value}'", $"a column of {draft.ContractPath}", $"'{column.Value}'", Suggestions.For(column.Value, draft.Schema.Columns.Select(c => c.ColumnName)));
    }
}
