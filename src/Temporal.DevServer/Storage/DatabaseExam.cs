namespace Temporal.DevServer.Storage;

/// <summary>Looks at a database file from its first page to its last, and changes nothing in it.</summary>
internal static class DatabaseExam
{
    /// <summary>What the file is, in words.</summary>
    /// <param name="file">The file; it need not be there.</param>
    /// <exception cref="InvalidOperationException">It cannot be opened or written, is damaged, too new or not a server's.</exception>
    public static string Of(string file)
    {
        var isTaken = SqliteStore.IsTaken(file);
        try
        {
            if (!File.Exists(file))
            {
                return $"'{file}' is made by the first server";
            }

            // A server that has the file writes it; beside it nothing but reading is ours.
            using var database = new SqliteDatabase(file, readOnly: isTaken);
            if (!isTaken)
            {
                SqliteSchema.Identify(database, file);
            }

            var faults = new List<string>();
            var check = database.Prepare("PRAGMA quick_check(1)");
            while (check.Step())
            {
                faults.Add(check.Text(0));
            }

            check.Reset();
            if (faults is not ["ok"])
            {
                throw new InvalidOperationException($"The database file '{file}' is damaged: {string.Join("; ", faults).ReplaceLineEndings(" ")}.");
            }

            if (isTaken)
            {
                return $"'{file}' is whole; a running server has it";
            }

            database.Execute("BEGIN IMMEDIATE; ROLLBACK;");
            return $"'{file}' is whole and can be written";
        }
        catch (SqliteException e)
        {
            throw new InvalidOperationException($"The database file '{file}' cannot be used: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidOperationException($"The database file '{file}' cannot be opened: {e.Message}", e);
        }
    }
}
