using System.Numerics;
using System.Text;

namespace Lakehouse.DuckDb;

/// <summary>Reads the values of one vector of a data chunk as .NET objects.</summary>
internal sealed unsafe class VectorReader
{
    private readonly void* _data;
    private readonly ulong* _validity;
    private readonly DuckDbType _type;
    private readonly DuckDbType _inner;
    private readonly byte _scale;
    private readonly ulong _arraySize;
    private readonly string[] _names = [];
    private readonly VectorReader[] _children = [];

    public VectorReader(nint vector)
    {
        var type = NativeMethods.duckdb_vector_get_column_type(vector);
        try
        {
            _type = (DuckDbType)NativeMethods.duckdb_get_type_id(type);
            _data = NativeMethods.duckdb_vector_get_data(vector);
            _validity = NativeMethods.duckdb_vector_get_validity(vector);
            switch (_type)
            {
                case DuckDbType.Decimal:
                    _scale = NativeMethods.duckdb_decimal_scale(type);
                    _inner = (DuckDbType)NativeMethods.duckdb_decimal_internal_type(type);
                    break;
                case DuckDbType.Enum:
                    _inner = (DuckDbType)NativeMethods.duckdb_enum_internal_type(type);
                    _names = new string[NativeMethods.duckdb_enum_dictionary_size(type)];
                    for (var i = 0; i < _names.Length; i++)
                    {
                        _names[i] = NativeMethods.Owned(NativeMethods.duckdb_enum_dictionary_value(type, (ulong)i));
                    }

                    break;
                case DuckDbType.List or DuckDbType.Map:
                    _children = [new VectorReader(NativeMethods.duckdb_list_vector_get_child(vector))];
                    break;
                case DuckDbType.Array:
                    _arraySize = NativeMethods.duckdb_array_type_array_size(type);
                    _children = [new VectorReader(NativeMethods.duckdb_array_vector_get_child(vector))];
                    break;
                case DuckDbType.Struct:
                    var count = (int)NativeMethods.duckdb_struct_type_child_count(type);
                    _names = new string[count];
                    _children = new VectorReader[count];
                    for (var i = 0; i < count; i++)
                    {
                        _names[i] = NativeMethods.Owned(NativeMethods.duckdb_struct_type_child_name(type, (ulong)i));
                        _children[i] = new VectorReader(NativeMethods.duckdb_struct_vector_get_child(vector, (ulong)i));
                    }

                    break;
                default:
                    // Flat types need nothing more.
                    break;
            }
        }
        finally
        {
            NativeMethods.duckdb_destroy_logical_type(ref type);
        }
    }

    public bool IsNull(ulong row) => _validity is not null && (_validity[row >> 6] & (1UL << (int)(row & 63))) == 0;

    /// <summary>A text as it lies, NULL as null.</summary>
    public string? Text(ulong row) => IsNull(row) ? null : Encoding.UTF8.GetString(Bytes(row));

    /// <summary>A BIGINT, NULL as null.</summary>
    public long? Long(ulong row) => IsNull(row) ? null : ((long*)_data)[row];

    /// <summary>A BOOLEAN, NULL as null.</summary>
    public bool? Truth(ulong row) => IsNull(row) ? null : ((byte*)_data)[row] != 0;

    /// <summary>A MAP(VARCHAR, VARCHAR), NULL as null; an earlier one when that says the same.</summary>
    public IReadOnlyDictionary<string, string?>? Texts(ulong row, IReadOnlyDictionary<string, string?>? earlier)
    {
        if (earlier is not null && !IsNull(row) && IsSame(row, earlier))
        {
            return earlier;
        }

        if (IsNull(row))
        {
            return null;
        }

        var entry = ((NativeListEntry*)_data)[row];
        var (keys, values) = (_children[0]._children[0], _children[0]._children[1]);
        var map = new Dictionary<string, string?>((int)entry.Length, StringComparer.Ordinal);
        for (ulong i = 0; i < entry.Length; i++)
        {
            map[keys.Text(entry.Offset + i)!] = values.Text(entry.Offset + i);
        }

        return map;
    }

    private bool IsSame(ulong row, IReadOnlyDictionary<string, string?> map)
    {
        var entry = ((NativeListEntry*)_data)[row];
        var (keys, values) = (_children[0]._children[0], _children[0]._children[1]);
        if (entry.Length != (ulong)map.Count)
        {
            return false;
        }

        var at = entry.Offset;
        foreach (var (key, value) in map)
        {
            // Texts beyond ASCII count as other ones: the map is made anew then.
            if (!Ascii.Equals(keys.Bytes(at), key) || values.IsNull(at) != value is null || (value is not null && !Ascii.Equals(values.Bytes(at), value)))
            {
                return false;
            }

            at++;
        }

        return true;
    }

    public object? Read(ulong row)
    {
        if (IsNull(row))
        {
            return null;
        }

        return _type switch
        {
            DuckDbType.Boolean => ((byte*)_data)[row] != 0,
            DuckDbType.TinyInt => ((sbyte*)_data)[row],
            DuckDbType.SmallInt => ((short*)_data)[row],
            DuckDbType.Integer => ((int*)_data)[row],
            DuckDbType.BigInt => ((long*)_data)[row],
            DuckDbType.UTinyInt => ((byte*)_data)[row],
            DuckDbType.USmallInt => ((ushort*)_data)[row],
            DuckDbType.UInteger => ((uint*)_data)[row],
            DuckDbType.UBigInt => ((ulong*)_data)[row],
            DuckDbType.Float => ((float*)_data)[row],
            DuckDbType.Double => ((double*)_data)[row],
            DuckDbType.HugeInt => ((NativeHugeInt*)_data)[row].ToInt128(),
            DuckDbType.Varchar => Encoding.UTF8.GetString(Bytes(row)),
            DuckDbType.Blob => Bytes(row).ToArray(),
            DuckDbType.Decimal => Decimal(row),
            DuckDbType.Date => Date(((int*)_data)[row]),
            DuckDbType.Time => TimeSpan.FromMicroseconds(((long*)_data)[row]),
            DuckDbType.Timestamp => Timestamp(((long*)_data)[row]),
            DuckDbType.TimestampTz => Timestamp(((long*)_data)[row]) is DateTime time ? new DateTimeOffset(time, TimeSpan.Zero) : Timestamp(((long*)_data)[row]),
            DuckDbType.Uuid => Uuid(((NativeHugeInt*)_data)[row]),
            DuckDbType.Enum => _names[EnumIndex(row)],
            DuckDbType.List => List(((NativeListEntry*)_data)[row]),
            DuckDbType.Array => List(new NativeListEntry { Offset = row * _arraySize, Length = _arraySize }),
            DuckDbType.Map => Map(((NativeListEntry*)_data)[row]),
            DuckDbType.Struct => Struct(row),
            DuckDbType.SqlNull => null,
            _ => throw new DuckDbException(DuckDbErrorType.Conversion, $"Values of DuckDB type '{_type}' cannot be read here. Help: CAST the column to VARCHAR in the query."),
        };
    }

    private ReadOnlySpan<byte> Bytes(ulong row)
    {
        var text = (NativeString*)_data + row;
        return text->Length <= NativeString.InlineLimit
            ? new ReadOnlySpan<byte>(text->Inlined, (int)text->Length)
            : new ReadOnlySpan<byte>(text->Pointer, (int)text->Length);
    }

    private object Decimal(ulong row)
    {
        Int128 unscaled = _inner switch
        {
            DuckDbType.SmallInt => ((short*)_data)[row],
            DuckDbType.Integer => ((int*)_data)[row],
            DuckDbType.BigInt => ((long*)_data)[row],
            _ => ((NativeHugeInt*)_data)[row].ToInt128(),
        };
        var magnitude = Int128.Abs(unscaled);

        // System.Decimal holds 96 bits; wider values stay text, exact.
        return magnitude < (Int128)1 << 96 && _scale <= 28
            ? new decimal((int)(uint)(magnitude & 0xffffffff), (int)(uint)((magnitude >> 32) & 0xffffffff), (int)(uint)(magnitude >> 64), unscaled < 0, _scale)
            : WideDecimal(unscaled);
    }

    private string WideDecimal(Int128 unscaled)
    {
        var digits = Int128.Abs(unscaled).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(_scale + 1, '0');
        return (unscaled < 0 ? "-" : "") + (_scale == 0 ? digits : $"{digits[..^_scale]}.{digits[^_scale..]}");
    }

    private static object Date(int days) => days switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        >= -719_162 and <= 2_932_896 => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(days),
        _ => $"{days} days since 1970-01-01",
    };

    private static object Timestamp(long microseconds) => microseconds switch
    {
        long.MaxValue => "infinity",
        -long.MaxValue => "-infinity",
        >= -62_135_596_800_000_000 and <= 253_402_300_799_999_999 => DateTime.SpecifyKind(DateTime.UnixEpoch, DateTimeKind.Unspecified).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond),
        _ => $"{microseconds} us since 1970-01-01",
    };

    private static Guid Uuid(NativeHugeInt value)
    {
        // The engine flips the top bit so that signed order is the order of UUIDs.
        var number = new UInt128((ulong)value.Upper ^ 0x8000_0000_0000_0000, value.Lower);
        Span<byte> bytes = stackalloc byte[16];
        ((IBinaryInteger<UInt128>)number).WriteBigEndian(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    private uint EnumIndex(ulong row) => _inner switch
    {
        DuckDbType.UTinyInt => ((byte*)_data)[row],
        DuckDbType.USmallInt => ((ushort*)_data)[row],
        _ => ((uint*)_data)[row],
    };

    private object?[] List(NativeListEntry entry)
    {
        var values = new object?[entry.Length];
        for (ulong i = 0; i < entry.Length; i++)
        {
            values[i] = _children[0].Read(entry.Offset + i);
        }

        return values;
    }

    private KeyValuePair<object, object?>[] Map(NativeListEntry entry)
    {
        var pairs = _children[0];
        var values = new KeyValuePair<object, object?>[entry.Length];
        for (ulong i = 0; i < entry.Length; i++)
        {
            values[i] = new(pairs._children[0].Read(entry.Offset + i)!, pairs._children[1].Read(entry.Offset + i));
        }

        return values;
    }

    private Dictionary<string, object?> Struct(ulong row)
    {
        var value = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < _children.Length; i++)
        {
            value[_names[i]] = _children[i].Read(row);
        }

        return value;
    }
}
