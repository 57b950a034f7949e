using System.Runtime.InteropServices;

namespace Lakehouse.DuckDb;

/// <summary><c>duckdb_result</c> as the library lays it out: 48 bytes, by value to fetch, by pointer elsewhere.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeResult
{
    public ulong Reserved0;
    public ulong Reserved1;
    public ulong Reserved2;
    public nint Reserved3;
    public nint Reserved4;
    public nint Internal;
}

/// <summary><c>duckdb_query_progress_type</c>, returned by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeProgress
{
    public double Percentage;
    public ulong RowsProcessed;
    public ulong TotalRows;
}

/// <summary><c>duckdb_hugeint</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeHugeInt
{
    public ulong Lower;
    public long Upper;

    public readonly Int128 ToInt128() => new((ulong)Upper, Lower);
}

/// <summary><c>duckdb_decimal</c>: 24 bytes, six of padding after the scale.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDecimal
{
    public byte Width;
    public byte Scale;
    public NativeHugeInt Value;
}

/// <summary><c>duckdb_interval</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeInterval
{
    public int Months;
    public int Days;
    public long Microseconds;
}

/// <summary><c>duckdb_list_entry</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeListEntry
{
    public ulong Offset;
    public ulong Length;
}

/// <summary><c>duckdb_string_t</c>: up to 12 bytes inline, longer ones behind the pointer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct NativeString
{
    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    public fixed byte Inlined[12];

    [FieldOffset(8)]
    public byte* Pointer;

    public const int InlineLimit = 12;
}
