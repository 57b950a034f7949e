using System.Text;
using Lakehouse.Contracts;
using Lakehouse.Tables;

namespace Lakehouse.Raw;

/// <content>What a file says, however it is written.</content>
public static partial class BronzeLoader
{
    /// <summary>The hash of what a file says, without loading it: the one that <see cref="Load"/> would give.</summary>
    /// <param name="bytes">Its bytes; closed afterwards.</param>
    /// <param name="table">The bronze table's contract.</param>
    /// <param name="constants">Columns that get one value for the whole file and so are no part of it.</param>
    /// <param name="sourceUri">Where the file came from, for errors.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <returns>The hash; null for a format that only the engine can read.</returns>
    /// <exception cref="LakehouseException">As <see cref="Load"/>.</exception>
    public static string? HashOf(Stream bytes, ContractTable table, IReadOnlyCollection<string> constants, string sourceUri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(constants);
        var load = new BronzeLoad
        {
            Table = table,
            SourceUri = sourceUri,
            FileHash = "",
            ArrivedAt = default,
            Dataset = table.Name,
            Partition = "",
            RunId = "",
            QuarantinedAt = default,
            Constants = constants.ToDictionary(c => c, _ => (string?)null, StringComparer.Ordinal),
        };
        try
        {
            if (RawFormats.Of(table) is RawFormat.Parquet)
            {
                return null;
            }

            var (reader, match) = RawFormats.Of(table) is RawFormat.JsonLines ? OpenJsonLines(bytes, load) : OpenCsv(bytes, load);
            using (reader)
            {
                return Hash(reader, load, match, cancellationToken);
            }
        }
        finally
        {
            bytes.Dispose();
        }
    }

    private static string Hash(IRecordReader reader, BronzeLoad load, HeaderMatch match, CancellationToken cancellationToken)
    {
        var columns = BronzeColumns.Of(load.Table, load.Constants.Keys);
        var plan = RowPlan(columns, match, load.Constants.Keys.Concat(BronzeColumns.SourceNames).ToDictionary(c => c, _ => (object?)null, StringComparer.Ordinal));
        using var values = HashOf(columns, load, match);
        var isAside = Unexpected(load, match) is not null;
        while (reader.Read())
        {
            if (reader.RecordNumber % CheckCancellationEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (isAside || reader.RecordFault is not null)
            {
                values.Reject(reader.GetRawBytes());
                continue;
            }

            foreach (var source in plan)
            {
                switch (source.Kind)
                {
                    case ColumnSourceKind.Field when reader.IsNull(source.Field): values.Null(); break;
                    case ColumnSourceKind.Field: values.Value(reader.GetUtf8(source.Field)); break;
                    case ColumnSourceKind.Extra: values.Value(Encoding.UTF8.GetBytes(ExtraJson(reader, match))); break;
                    default: break;
                }
            }

            values.EndRow();
        }

        return values.Finish();
    }

    /// <summary>A hash over the columns that a file fills by itself.</summary>
    private static ValueHash HashOf(IReadOnlyList<TableColumn> columns, BronzeLoad load, HeaderMatch match) => new(
        match.Generation.Name,
        columns.Select(c => c.Name).Where(c => match.Columns.Any(m => m?.Name == c) || (c == BronzeColumns.Extra && match.Discarded.Count > 0)),
        emptyIsNone: RawFormats.Of(load.Table) is not RawFormat.JsonLines);
}
