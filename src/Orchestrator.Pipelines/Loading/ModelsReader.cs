using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Models;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Looks at the SQL of every model: its syntax, what it reads, its parameters, and whether its rows fit the contract.</summary>
internal sealed class ModelsReader(IReadOnlyList<DatasetDraft> drafts, SpecNode inputsNode, IReadOnlyDictionary<string, PipelineInput> inputs, Partitioning? partitioning, ErrorList errors)
{
    /// <summary>Functions whose value depends on the moment, on chance or on the session.</summary>
    private static readonly HashSet<string> VolatileFunctions = new(StringComparer.Ordinal)
    {
        "now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "get_current_time", "get_current_timestamp",
        "transaction_timestamp", "current_localtime", "current_localtimestamp", "random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval",
        "txid_current", "getvariable", "current_setting", "sleep_ms", "write_log", "getenv", "json_execute_serialized_sql",
    };

    public void Read()
    {
        using var engine = new ModelEngine();
        foreach (var draft in drafts.Where(d => d.Schema is not null))
        {
            CheckTypes(draft, engine);
        }

        foreach (var draft in drafts.Where(d => d.Model is not null))
        {
            ReadOne(draft);
            if (draft.CanonicalSql is not null && partitioning is not null)
            {
                Bind(draft, engine);
            }
        }
    }

    private void ReadOne(DatasetDraft draft)
    {
        var before = errors.Count;
        var text = new SqlText(draft.Model!.Sql);
        CheckParameters(draft, text);
        if (Parse(draft, text) is not { } parsed)
        {
            return;
        }

        draft.Model = draft.Model with { Sql = text.Text.TrimEnd().TrimEnd(';') + "\n" };
        foreach (var refusal in DuckDbSandbox.Judge(parsed).Where(r => !VolatileFunctions.Contains(r.Reference.Name)))
        {
            var isReader = parsed.TableFunctions.Contains(refusal.Reference);
            errors.Add(
                At(draft, text, refusal.Reference.Position),
                isReader ? $"table function '{refusal.Reference.Name}' is not allowed in a model" : refusal.Problem,
                isReader ? string.Join(", ", DuckDbSandbox.TableFunctions) : null,
                isReader ? $"'{refusal.Reference.Name}'" : null,
                isReader ? "a model reads datasets only; load files through a source." : refusal.Help);
        }

        foreach (var function in parsed.Functions.Where(f => VolatileFunctions.Contains(f.Name)))
        {
            errors.Add(At(draft, text, function.Position), $"'{function.Name}' gives another value in every run", help: "a model has to give the same rows for the same input; use a parameter such as $partition_start, or a column.");
        }

        foreach (var table in parsed.Tables)
        {
            Resolve(draft, text, table);
        }

        // What follows from the SQL can only be judged where all its names are known.
        draft.CanonicalSql = errors.Count == before ? parsed.Canonical : null;
    }

    private SqlModel? Parse(DatasetDraft draft, SqlText text)
    {
        try
        {
            return SqlParser.Parse(text.Text);
        }
        catch (SqlSyntaxException failure)
        {
            errors.Add(failure.Position < 0 ? Place.Whole(draft.Model!.Path) : At(draft, text, failure.Position), failure.Message.TrimEnd('.', '!'), "one SELECT");
            return null;
        }
    }

    private void Resolve(DatasetDraft draft, SqlText text, SqlTableReference table)
    {
        if (table.Version is { } version)
        {
            errors.Add(At(draft, text, table.Position), $"'{table.Name}' is read at version {version}", "the table without AT", help: "a run pins the versions that it reads; a model names tables only.");
            return;
        }

        if (drafts.FirstOrDefault(d => string.Equals(d.Name.Value, table.Name, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            draft.Reads[found.Name.Value] = draft.Node["reads"][found.Name.Value]["lookback"].Integer ?? 0;
            return;
        }

        if (inputsNode.Keys.Select(k => k.Value).FirstOrDefault(i => string.Equals(i, table.Name, StringComparison.OrdinalIgnoreCase)) is { } input)
        {
            draft.Inputs.Add(input);
            return;
        }

        var known = drafts.Select(d => d.Name.Value).Where(n => n != draft.Name.Value).Concat(inputsNode.Keys.Select(k => k.Value)).ToList();
        var sameTable = known.Where(n => n.EndsWith("." + table.Name.Split('.')[^1], StringComparison.OrdinalIgnoreCase)).ToList();
        errors.Add(At(draft, text, table.Position), $"there is no dataset '{table.Name}'", seen: $"'{table.Name}'", help: sameTable.Count == 1 ? $"did you mean '{sameTable[0]}'?" : Suggestions.For(table.Name, known));
    }

    private void CheckParameters(DatasetDraft draft, SqlText text)
    {
        if (partitioning is null)
        {
            return;
        }

        var known = ModelParameters.Names(partitioning.Unit);
        foreach (var (name, offset) in text.Parameters().Where(p => !known.Contains(p.Name)).DistinctBy(p => p.Name))
        {
            errors.Add(At(draft, text, offset), $"unknown parameter '${name}'", string.Join(", ", known.Select(k => "$" + k)), $"'${name}'", DidYouMean.Find(name, known) is { } near ? $"did you mean '${near}'?" : null);
        }
    }

    private void CheckTypes(DatasetDraft draft, ModelEngine engine)
    {
        var before = errors.Count;
        foreach (var column in draft.Schema!.Columns.Where(c => !engine.IsType(ColumnTypes.Of(c))))
        {
            errors.Add(
                PlaceOf(draft, column),
                $"the type of column '{column.Name}' is none that the SQL engine knows",
                "a 'physicalType' such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), DATE or TIMESTAMPTZ",
                column.PhysicalType is null ? $"logicalType '{column.LogicalType?.ToString().ToLowerInvariant() ?? "nothing"}' and no physicalType" : $"'{column.PhysicalType}'");
        }

        if (errors.Count == before)
        {
            foreach (var (column, type) in draft.Schema.Columns.Zip(engine.ColumnsOf(draft.Schema), (c, made) => (c, made.Type)).Where(c => !DeltaTypes.CanStore(c.Type)))
            {
                errors.Add(PlaceOf(draft, column), $"column '{column.Name}' has a type that tables do not store", $"one of {DeltaTypes.Storable}", type, DeltaTypes.HelpFor(type) + ", and say the new type in the contract.");
            }
        }

        if (errors.Count > before)
        {
            // Nothing more can be said of it.
            draft.Schema = null;
            return;
        }

        CheckPartitionType(draft, engine);
        PrivacyCheck.Check(draft, engine.ColumnsOf(draft.Schema), errors);
        foreach (var (line, rule, why) in engine.RuleFaults(draft.Schema))
        {
            errors.Add(new Place(draft.ContractPath, line, 1, $"schema.{draft.Schema.Name}.quality"), $"rule '{rule}' of the contract can never be evaluated: {why}");
        }

        if (draft.Source is not null)
        {
            CheckText(draft, engine);
        }
    }

    /// <summary>Each partition needs a value of its own: of two that share one, each would take the other's rows away.</summary>
    private void CheckPartitionType(DatasetDraft draft, ModelEngine engine)
    {
        if (partitioning is null || draft.Schema!.Columns.Zip(engine.ColumnsOf(draft.Schema), (column, made) => (Column: column, made.Type)).FirstOrDefault(c => c.Column.ColumnName == draft.PartitionColumn) is not { Column: { } column, Type: var type })
        {
            return;
        }

        string[] fit = partitioning.Unit switch
        {
            PartitionUnit.Hour => ["TIMESTAMP WITH TIME ZONE", "VARCHAR"],
            PartitionUnit.Day or PartitionUnit.Week or PartitionUnit.Month => ["DATE", "TIMESTAMP WITH TIME ZONE", "VARCHAR"],
            _ => ["VARCHAR"],
        };
        if (!fit.Contains(type) && !(partitioning.Unit is PartitionUnit.List && partitioning.Calendar.Values.All(v => engine.Keeps(v, type))))
        {
            errors.Add(
                PlaceOf(draft, column),
                $"partition column '{column.Name}' cannot hold the partitions of unit '{partitioning.Unit.ToString().ToLowerInvariant()}'",
                string.Join(" or ", fit).Replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", StringComparison.Ordinal),
                $"'{column.PhysicalType ?? type}'",
                "the column holds the partition itself, and two that shared a value would take each other's rows away; put another form of it into a column of its own.");
        }
    }

    /// <summary>Bronze is what stands in the file: a typed column would not survive the first wrong value.</summary>
    private void CheckText(DatasetDraft draft, ModelEngine engine)
    {
        var fromFile = draft.Schema!.Headers.SelectMany(h => h.Columns).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (column, type) in draft.Schema.Columns.Zip(engine.ColumnsOf(draft.Schema), (c, made) => (c, made.Type)).Where(c => fromFile.Contains(c.c.ColumnName) && c.Type != "VARCHAR"))
        {
            errors.Add(
                PlaceOf(draft, column),
                $"column '{column.Name}' of a bronze table holds the file's text",
                "physicalType VARCHAR (or logicalType string)",
                type,
                "cast it in a silver model, where a value that does not fit can be quarantined.");
        }
    }

    /// <summary>Runs the model on empty tables made from the contracts: every name and type is then resolved by the engine itself.</summary>
    private void Bind(DatasetDraft draft, ModelEngine engine)
    {
        var upstream = draft.Reads.Keys.Select(r => drafts.First(d => d.Name.Value == r)).ToList();
        if (draft.Schema is null || draft.Reads.ContainsKey(draft.Name.Value) || upstream.Any(u => u.Schema is null) || !draft.Inputs.All(inputs.ContainsKey))
        {
            return;
        }

        engine.CreateTables([.. upstream.Select(u => (u.Name.Value, u.Schema!)), .. draft.Inputs.Select(i => (i, inputs[i].Schema))]);
        var text = new SqlText(draft.Model!.Sql);
        if (engine.ColumnsOf(text.Text, ModelParameters.Any(partitioning!), out var fault) is not { } columns)
        {
            Report(draft, text, fault!);
            return;
        }

        // Columns of a history are filled by the merge.
        var promised = engine.ColumnsOf(draft.Schema).ExceptBy(draft.MergeOptions.ManagedColumns, c => c.Name).ToList();
        foreach (var (name, type) in promised)
        {
            var made = columns.FirstOrDefault(c => c.Name == name);
            if (made == default)
            {
                errors.Add(Place.Whole(draft.Model.Path), $"the model does not make column '{name}' of its contract", $"{name} {type}", string.Join(", ", columns.Select(c => c.Name)), DidYouMean.Question(name, columns.Select(c => c.Name).Except(promised.Select(p => p.Name))) ?? $"add it to the SELECT, or remove it from {draft.ContractPath}.");
            }
            else if (made.Type != type)
            {
                errors.Add(Place.Whole(draft.Model.Path), $"column '{name}' has another type than its contract says", type, made.Type, $"write CAST(… AS {type}) AS {name}.");
            }
        }

        foreach (var (name, _) in columns.ExceptBy(promised.Select(p => p.Name), c => c.Name))
        {
            errors.Add(Place.Whole(draft.Model.Path), $"the model makes column '{name}', which its contract does not know", string.Join(", ", promised.Select(p => p.Name)), $"'{name}'", $"add it to {draft.ContractPath}, or leave it out of the SELECT.");
        }
    }

    private void Report(DatasetDraft draft, SqlText text, ModelFault fault)
    {
        var help = fault is { Name: { } name, Candidates.Count: > 0 } ? Suggestions.For(name, fault.Candidates) : fault.Candidates.Count > 0 ? "candidates: " + string.Join("; ", fault.Candidates) : null;
        var (line, column) = fault.Offset is { } offset ? text.AtByte(offset) : (0, 0);
        errors.Add(new Place(draft.Model!.Path, line, column, ""), fault.Message, help: help);
    }

    private static Place PlaceOf(DatasetDraft draft, ContractColumn column) => new(draft.ContractPath, column.Line, 1, $"schema.{draft.Schema!.Name}.{column.Name}");

    private static Place At(DatasetDraft draft, SqlText text, int offset)
    {
        var (line, column) = offset < 0 ? (0, 0) : text.At(offset);
        return new Place(draft.Model!.Path, line, column, "");
    }
}
