using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog.Design;

/// <summary>Gives the migrations tool a context; no server is asked.</summary>
public sealed class CatalogContextFactory : IDesignTimeDbContextFactory<CatalogContext>
{
    /// <summary>A context without a server.</summary>
    public CatalogContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CatalogContext>().UseNpgsql("Host=/nowhere", n => n.MigrationsHistoryTable("migrations", CatalogContext.Schema).MigrationsAssembly(typeof(CatalogContext).Assembly.GetName().Name)).Options);
}
