using System.Collections.Frozen;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Words that the language keeps for itself: the real server parses queries as SQL, so SQL's words are no attribute names.</summary>
internal static class Keywords
{
    /// <summary>Words that are never a bare name.</summary>
    public static FrozenSet<string> Reserved { get; } = Words("""
        add all alter analyze and as asc auto_increment between binary _binary by cascade case cast collate column convert create cross
        current_date current_time current_timestamp database databases default delete desc describe distinct div drop else end escape
        exists explain extended false for force from full group group_concat having if ignore in index inner insert interval into is
        join key left like limit localtime localtimestamp lock match maxvalue mod natural next not null on or order outer regexp rename
        replace right rlike schema select separator set show starts_with straight_join stream substr substring table tables then to
        true union unique update use using utc_date utc_time utc_timestamp values when where
        """);

    /// <summary>Words that are names too; as a name they are read in lower case.</summary>
    public static FrozenSet<string> Soft { get; } = Words("""
        accessible against asensitive before begin bigint bit blob bool boolean both call change char character charset check comment
        commit committed condition constraint continue current_user cursor date datetime day_hour day_microsecond day_minute day_second
        dec decimal declare delayed deterministic distinctrow double duplicate each elseif enclosed enum escaped exit expansion fetch
        float float4 float8 foreign fulltext generated geometry geometrycollection get global grant high_priority hour_microsecond
        hour_minute hour_second infile inout insensitive int int1 int2 int3 int4 int8 integer io_after_gtids isolation iterate json
        key_block_size keys kill language last_insert_id leading leave less level linear lines linestring load long longblob longtext
        loop low_priority master_bind mediumblob mediumint mediumtext middleint minute_microsecond minute_second mode modifies
        multilinestring multipoint multipolygon names nchar no_write_to_binlog numeric offset only optimize optimizer_costs option
        optionally out outfile partition point polygon precision primary procedure processlist query range read read_write reads real
        references release reorganize repair repeat repeatable require resignal restrict return revoke rollback schemas
        second_microsecond sensitive serializable session share signal signed smallint spatial specific sql sql_big_result
        sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl start starting status stored terminated text than time
        timestamp tinyblob tinyint tinytext trailing transaction trigger truncate uncommitted undo unlock unsigned usage varbinary
        varchar varcharacter variables varying view vindex vindexes virtual vitess_keyspaces vitess_shards vitess_tablets
        vschema_tables while with write xor year year_month zerofill
        """);

    /// <summary>Reserved words that start a function call when a parenthesis follows.</summary>
    public static FrozenSet<string> Functions { get; } = Words(
        "case cast convert current_date current_time current_timestamp database group_concat if left localtime localtimestamp match mod replace right schema substr substring utc_date utc_time utc_timestamp values");

    private static FrozenSet<string> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
