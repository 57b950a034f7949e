using System.Globalization;
using System.Text;

namespace Lakehouse.DuckDb;

/// <summary>Prepared statements: the only way values reach the engine.</summary>
public sealed unsafe partial class DuckDbConnection
{
    private sealed class Statement : IDisposable
    {
        private nint _statement;

        public Statement(DuckDbConnection connection, string sql)
        {
            if (NativeMethods.duckdb_prepare(connection.Native, sql, out _statement) != 0)
            {
                var message = NativeMethods.Borrowed(NativeMethods.duckdb_prepare_error(_statement));
                Dispose();
                throw DuckDbException.Of(0, message);
            }
        }

        public nint Native => _statement;

        public void Bind(IReadOnlyDictionary<string, object?> parameters)
        {
            var count = NativeMethods.duckdb_nparams(_statement);
            for (ulong i = 1; i <= count; i++)
            {
                var name = NativeMethods.Owned(NativeMethods.duckdb_parameter_name(_statement, i));
                if (!parameters.TryGetValue(name, out var value))
                {
                    throw new DuckDbException(DuckDbErrorType.InvalidInput, $"The statement has a parameter '${name}', values were given for: {string.Join(", ", parameters.Keys.Select(k => "$" + k))}.");
                }

                if (Bind(i, value) != 0)
                {
                    throw new DuckDbException(DuckDbErrorType.InvalidInput, $"The value of parameter '${name}' ({value?.GetType().Name}) is not one the engine takes.");
                }
            }
        }

        public void Dispose() => NativeMethods.duckdb_destroy_prepare(ref _statement);

        private int Bind(ulong index, object? value) => value switch
        {
            null => NativeMethods.duckdb_bind_null(_statement, index),
            bool b => NativeMethods.duckdb_bind_boolean(_statement, index, b ? (byte)1 : (byte)0),
            sbyte or byte or short or ushort or int or uint or long =>
                NativeMethods.duckdb_bind_int64(_statement, index, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            float or double => NativeMethods.duckdb_bind_double(_statement, index, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            decimal d => BindDecimal(index, d),
            string s => BindText(index, s),
            byte[] b => BindBytes(index, b),
            DateOnly d => NativeMethods.duckdb_bind_date(_statement, index, d.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
            DateTimeOffset t => NativeMethods.duckdb_bind_timestamp_tz(_statement, index, (t.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond),
            DateTime t => NativeMethods.duckdb_bind_timestamp(_statement, index, (t.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond),
            _ => throw new ArgumentException($"A parameter of .NET type '{value.GetType()}' cannot be bound.", nameof(value)),
        };

        private int BindText(ulong index, string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* pointer = bytes)
            {
                return NativeMethods.duckdb_bind_varchar_length(_statement, index, pointer, (ulong)bytes.Length);
            }
        }

        private int BindBytes(ulong index, byte[] bytes)
        {
            fixed (byte* pointer = bytes)
            {
                return NativeMethods.duckdb_bind_blob(_statement, index, pointer, (ulong)bytes.Length);
            }
        }

        private int BindDecimal(ulong index, decimal value)
        {
            Span<int> bits = stackalloc int[4];
            decimal.GetBits(value, bits);
            var unscaled = (((Int128)(uint)bits[2] << 64) | ((Int128)(uint)bits[1] << 32) | (uint)bits[0]) * (bits[3] < 0 ? -1 : 1);
            return NativeMethods.duckdb_bind_decimal(_statement, index, new NativeDecimal
            {
                // The narrowest type that holds it: arithmetic on 38 digits soon runs out of them.
                Width = (byte)Math.Max(Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).Length, value.Scale + 1),
                Scale = value.Scale,
                Value = new NativeHugeInt { Lower = (ulong)unscaled, Upper = (long)(unscaled >> 64) },
            });
        }
    }
}
