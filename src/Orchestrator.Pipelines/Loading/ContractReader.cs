using Lakehouse.Contracts;
using Lakehouse.Raw;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads the contract of a dataset; the contract parser's errors become errors of the pipeline.</summary>
internal sealed class ContractReader(string folder, SpecNode sources, ErrorList errors)
{
    public void Read(DatasetDraft draft)
    {
        var node = draft.Node["contract"];
        var relative = node.Text ?? $"contracts/{draft.Name.Value}.odcs.yaml";
        draft.ContractPath = Path.GetFullPath(Path.Combine(folder, relative));
        var place = node.Exists ? node.Place : draft.Name.Place;
        if (!File.Exists(draft.ContractPath))
        {
            errors.Add(place, $"the contract of '{draft.Name.Value}' is missing", "a file", draft.ContractPath, "every dataset has a data contract (ODCS 3.1); create the file, or correct 'contract'.");
            return;
        }

        var parsed = ContractParser.ParseFile(draft.ContractPath);
        foreach (var error in parsed.Errors)
        {
            errors.Add(new SpecError
            {
                File = error.File,
                Line = error.Line,
                Column = error.Column,
                Path = error.Path,
                What = $"the contract is not valid ({error.Rule})",
                Expected = error.Expected,
                Seen = error.Seen,
                Help = error.Help,
            });
        }

        if (parsed.Contract is { } contract)
        {
            draft.Contract = contract;
            ReadTable(draft, contract, place);
        }
    }

    private void ReadTable(DatasetDraft draft, DataContract contract, Place place)
    {
        var tables = contract.Tables.Where(t => t.Name == draft.Table || t.PhysicalName == draft.Table).ToList();
        if (tables.Count != 1)
        {
            errors.Add(
                place,
                $"the contract of '{draft.Name.Value}' does not describe its table",
                $"one entry '{draft.Table}' under 'schema' of {draft.ContractPath}",
                contract.Tables.Count == 0 ? "no table" : string.Join(", ", contract.Tables.Select(t => $"'{t.Name}'")),
                DidYouMean.Question(draft.Table, contract.Tables.Select(t => t.Name)));
            return;
        }

        var table = tables[0];
        var tablePlace = new Place(draft.ContractPath, table.Line, 1, $"schema.{table.Name}");
        if (table.Columns.Count == 0)
        {
            errors.Add(tablePlace, "the contract promises no columns", "'properties' with at least one entry");
            return;
        }

        draft.Schema = draft.Source is null ? table : table with { Format = ReadFormat(draft, table, tablePlace) };
        if (draft.Schema.Format is RawFormat.Csv && table.Headers.Count == 0)
        {
            errors.Add(
                tablePlace,
                "the contract does not say how the source's files begin",
                "a custom property 'headers' with one entry per form of the header line",
                help: "add 'customProperties: [{property: headers, value: [{name: v1, columns: [{name: column, header: Text in the file}]}]}]'.");
        }
    }

    /// <summary>What the source says, else what the contract says; they may not contradict each other.</summary>
    private RawFormat ReadFormat(DatasetDraft draft, ContractTable table, Place tablePlace)
    {
        var said = sources[draft.Source!]["format"];
        var declared = table.CustomProperties.GetValueOrDefault("format");
        if (declared is not null && RawFormats.Parse(declared.AsString()) is null)
        {
            errors.Add(tablePlace with { Line = declared.Line }, "the contract's custom property 'format' is none that can be read", string.Join(", ", RawFormats.Words), $"'{declared}'", Suggestions.For(declared.AsString() ?? "", RawFormats.Words));
        }
        else if (declared is not null && RawFormats.Parse(said.Text) is { } wanted && wanted != RawFormats.Of(table))
        {
            errors.Add(said.Place, $"source '{draft.Source}' and the contract of '{draft.Name.Value}' say different formats", $"'{RawFormats.WordOf(RawFormats.Of(table))}', as on line {declared.Line} of {draft.ContractPath}", $"'{said.Text}'", "correct one of the two, or say it only once.");
        }

        return RawFormats.Parse(said.Text) ?? RawFormats.Parse(declared?.AsString()) ?? RawFormat.Csv;
    }
}
