using Microsoft.EntityFrameworkCore;
using Orchestrator.Catalog.Storage;

namespace Orchestrator.Catalog.Tests;

public sealed class ModelTests
{
    [Fact]
    public void Migrations_AreUpToDateWithTheEntities()
    {
        using var context = new CatalogContext(new DbContextOptionsBuilder<CatalogContext>().UseNpgsql("Host=/nowhere").Options);

        Assert.False(context.Database.HasPendingModelChanges(), "The entities have changed. Help: run eng/catalog-migration.sh NAME and commit what it writes.");
    }
}
