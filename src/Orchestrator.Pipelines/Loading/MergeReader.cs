using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads how a dataset's rows enter its table, and whether all is there that the strategy needs.</summary>
internal sealed class MergeReader(ErrorList errors)
{
    public void Read(DatasetDraft draft)
    {
        var node = draft.Node["merge"];
        draft.Merge = node.Choice<MergeStrategy>() ?? MergeStrategy.Replace;
        var (word, byKey) = (Words.Of(draft.Merge), draft.Merge is MergeStrategy.Upsert or MergeStrategy.Scd1 or MergeStrategy.Scd2);
        if (byKey && draft.Layer == DatasetLayer.Bronze)
        {
            errors.Add(node.Place, $"a bronze dataset is an exact copy and is never merged by key, seen merge '{word}'", "'replace' or 'append'", $"'{word}'", "merge by key in a silver model.");
            return;
        }

        if (byKey && draft.Key.Count == 0)
        {
            errors.Add(node.Place, $"merge '{word}' has to know which rows are the same", "'key' with the columns that identify a row", "no key", "add e.g. 'key: [id]'.");
        }

        var (sequence, history) = (draft.Node["sequence_by"], draft.Node["history"]);
        if (!byKey && sequence.Exists)
        {
            errors.Add(sequence.Place, $"merge '{word}' compares no rows, it has no use for 'sequence_by'", "merge 'upsert', 'scd1' or 'scd2'", $"'{word}'", "remove the key, or merge by key.");
            return;
        }

        if (draft.Merge != MergeStrategy.Scd2 && history.Exists)
        {
            errors.Add(history.Place, $"merge '{word}' keeps no history", "merge 'scd2'", $"'{word}'", "remove the key, or use 'merge: scd2'.");
            return;
        }

        CheckColumn(draft, sequence.LocatedText, "sequence column");
        if (draft.Merge != MergeStrategy.Scd2)
        {
            draft.MergeOptions = new MergeOptions { SequenceColumn = sequence.Text };
            return;
        }

        if (!sequence.Exists)
        {
            errors.Add(node.Place, "merge 'scd2' has to know which version of a row is newer", "'sequence_by' with a column of the contract", "nothing", "name a date or timestamp that grows with every change of a row.");
        }

        draft.MergeOptions = new MergeOptions { SequenceColumn = sequence.Text, ValidFrom = history["valid_from"].Text ?? "valid_from", ValidTo = history["valid_to"].Text ?? "valid_to" };
        CheckHistory(draft, history["valid_from"], draft.MergeOptions.ValidFrom!, sequence.Text);
        CheckHistory(draft, history["valid_to"], draft.MergeOptions.ValidTo!, sequence.Text);
        if (draft.MergeOptions.ValidFrom == draft.MergeOptions.ValidTo)
        {
            errors.Add(history["valid_to"].Place, "a version cannot begin and end in the same column", "two columns", $"'{draft.MergeOptions.ValidTo}' twice");
        }
    }

    /// <summary>A column of validity takes values of the sequence, so its type is the same; the current version has no end.</summary>
    private void CheckHistory(DatasetDraft draft, SpecNode node, string name, string? sequence)
    {
        var place = node.Exists ? node.Place : draft.Node["merge"].Place;
        CheckColumn(draft, new Located<string>(name, place), "history column");
        var (column, from) = (Find(draft, name), Find(draft, sequence));
        if (column is not null && from is not null && !string.Equals(Models.ColumnTypes.Of(column), Models.ColumnTypes.Of(from), StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(place, $"history column '{name}' takes values of '{sequence}' but has another type", Models.ColumnTypes.Of(from), Models.ColumnTypes.Of(column), $"give both the same type in {draft.ContractPath}.");
        }

        if (column is { Required: true } && name == draft.MergeOptions.ValidTo)
        {
            errors.Add(place, $"history column '{name}' is required by its contract, but the current version has no end", "a column that may be null", "'required: true'");
        }
    }

    private static Lakehouse.Contracts.ContractColumn? Find(DatasetDraft draft, string? name) => draft.Schema?.Columns.FirstOrDefault(c => c.ColumnName == name);

    private void CheckColumn(DatasetDraft draft, Located<string>? column, string role) => ColumnCheck.Check(errors, draft, column, role);
}
