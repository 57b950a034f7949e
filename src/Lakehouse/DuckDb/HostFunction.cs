using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lakehouse.DuckDb;

/// <summary>Functions of the host that SQL can call, from VARCHAR to VARCHAR or BOOLEAN; a fault inside becomes an error of the statement.</summary>
internal sealed unsafe class HostFunction
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly TextFunction? _map;
    private readonly TextPredicate? _judge;

    private HostFunction(TextFunction? map, TextPredicate? judge) => (_map, _judge) = (map, judge);

    public static void Register(nint connection, string name, TextFunction? map, TextPredicate? judge)
    {
        var function = NativeMethods.duckdb_create_scalar_function();
        var text = NativeMethods.duckdb_create_logical_type((int)DuckDbType.Varchar);
        var result = NativeMethods.duckdb_create_logical_type((int)(map is null ? DuckDbType.Boolean : DuckDbType.Varchar));
        try
        {
            NativeMethods.duckdb_scalar_function_set_name(function, name);
            NativeMethods.duckdb_scalar_function_add_parameter(function, text);
            NativeMethods.duckdb_scalar_function_set_return_type(function, result);
            NativeMethods.duckdb_scalar_function_set_extra_info(function, GCHandle.ToIntPtr(GCHandle.Alloc(new HostFunction(map, judge))), &Free);
            NativeMethods.duckdb_scalar_function_set_function(function, &Run);
            if (NativeMethods.duckdb_register_scalar_function(connection, function) != 0)
            {
                throw new DuckDbException(DuckDbErrorType.Catalog, $"DuckDB could not register function '{name}'.");
            }
        }
        finally
        {
            NativeMethods.duckdb_destroy_logical_type(ref text);
            NativeMethods.duckdb_destroy_logical_type(ref result);
            NativeMethods.duckdb_destroy_scalar_function(ref function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint handle) => GCHandle.FromIntPtr(handle).Free();

    // An exception that left this method would end the process; the engine turns the error into one of the statement.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint info, nint chunk, nint output)
    {
        try
        {
            var function = (HostFunction)GCHandle.FromIntPtr(NativeMethods.duckdb_scalar_function_get_extra_info(info)).Target!;
            function.Run(chunk, output);
        }
        catch (Exception e)
        {
            // Only the kind: what the exception says may have the value in it.
            NativeMethods.duckdb_scalar_function_set_error(info, $"a function of the host failed with {e.GetType().Name}");
        }
    }

    private void Run(nint chunk, nint output)
    {
        var rows = NativeMethods.duckdb_data_chunk_get_size(chunk);
        var vector = NativeMethods.duckdb_data_chunk_get_vector(chunk, 0);
        var texts = (NativeString*)NativeMethods.duckdb_vector_get_data(vector);
        var validity = NativeMethods.duckdb_vector_get_validity(vector);
        var truths = _judge is null ? null : (byte*)NativeMethods.duckdb_vector_get_data(output);
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(256);
        ulong* nulls = null;
        for (ulong row = 0; row < rows; row++)
        {
            var isNull = validity is not null && (validity[row >> 6] & (1UL << (int)(row & 63))) == 0;
            if (!isNull)
            {
                var text = texts + row;
                var bytes = text->Length <= NativeString.InlineLimit ? new ReadOnlySpan<byte>(text->Inlined, (int)text->Length) : new ReadOnlySpan<byte>(text->Pointer, (int)text->Length);
                if (truths is not null)
                {
                    truths[row] = _judge!(bytes) ? (byte)1 : (byte)0;
                    continue;
                }

                buffer.ResetWrittenCount();
                if (_map!(bytes, buffer))
                {
                    fixed (byte* written = buffer.WrittenSpan)
                    {
                        NativeMethods.duckdb_unsafe_vector_assign_string_element_len(output, row, written, (ulong)buffer.WrittenCount);
                    }

                    continue;
                }
            }

            if (nulls is null)
            {
                NativeMethods.duckdb_vector_ensure_validity_writable(output);
                nulls = NativeMethods.duckdb_vector_get_validity(output);
            }

            nulls[row >> 6] &= ~(1UL << (int)(row & 63));
        }
    }
}
