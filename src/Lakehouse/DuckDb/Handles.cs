// One file: the two native handles of the binding, each three lines of substance.
using System.Runtime.InteropServices;

namespace Lakehouse.DuckDb;

internal sealed class DatabaseHandle : SafeHandle
{
    public DatabaseHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.duckdb_close(ref handle);
        return true;
    }
}

internal sealed class ConnectionHandle : SafeHandle
{
    public ConnectionHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.duckdb_disconnect(ref handle);
        return true;
    }
}
