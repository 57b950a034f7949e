namespace Orchestrator.Catalog.Local;

/// <summary>Settings of a Postgres that the local stack starts itself.</summary>
public sealed class LocalPostgresOptions
{
    /// <summary>Folder of its data, password and log; made when it is not there. Nobody but its owner can read the data.</summary>
    public required string Folder { get; set; }

    /// <summary>Folder with <c>bin/postgres</c>. Default: null, <c>ORCHESTRATOR_POSTGRES</c> or <c>.native/postgres-*</c> above the program.</summary>
    public string? Binaries { get; set; }

    /// <summary>Name of the database. Default: <c>catalog</c>.</summary>
    public string Database { get; set; } = "catalog";

    /// <summary>Account that the server runs as when this process is root, which Postgres refuses. Default: null, <c>postgres</c> or <c>nobody</c>.</summary>
    public string? RunAs { get; set; }

    /// <summary>How long starting may take, recovery after a crash included. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
