using Lakehouse.Delta.Maintenance;
using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>Who is no writer: a vacuum that keeps nothing it may take, and a reader that pins versions and reads all their files.</summary>
public static class Housekeeping
{
    /// <summary>Vacuums and sweeps again and again.</summary>
    public static async Task VacuumAsync(IObjectStore store, TimeProvider time, int rounds)
    {
        var table = new SimulatedTable(store, time, "vacuum").Delta;
        for (var round = 0; round < rounds; round++)
        {
            await table.VacuumAsync(new VacuumOptions { Retention = TimeSpan.Zero, AllowShortRetention = true, WriteHistory = false });
            await table.SweepOrphansAsync();
        }
    }

    /// <summary>Reads pinned versions; a missing file is an error.</summary>
    /// <returns>Versions read.</returns>
    public static async Task<int> ReadAsync(IObjectStore store, TimeProvider time, Random random, int rounds)
    {
        var table = new SimulatedTable(store, time, "reader");
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            var head = (await table.Delta.HeadAsync())!.Version;
            try
            {
                await using var pin = await ReaderPin.TakeAsync(table.Delta, Math.Max(0, head - random.Next(4)));
                await table.RowsAsync(pin.Snapshot);
                read++;
            }
            catch (LakehouseException e) when (e.Code == "delta.vacuumed")
            {
                // A vacuum was there first; the reader takes a newer version next time.
                continue;
            }
        }

        return read;
    }
}
