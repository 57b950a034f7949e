using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Storage;

/// <summary>The catalog's tables: schema <c>catalog</c>, names in snake case, enums as text, keys ordered by code point. Migrations are made from this.</summary>
public sealed class CatalogContext(DbContextOptions<CatalogContext> options) : DbContext(options)
{
    /// <summary>The schema that holds every table.</summary>
    public const string Schema = "catalog";

    /// <summary>Builds the model.</summary>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<LedgerEntry>(e =>
        {
            e.ToTable("partition_ledger").HasKey(l => new { l.Pipeline, l.Dataset, l.Partition });
            e.HasIndex(l => new { l.Pipeline, l.Partition });
            e.HasIndex(l => new { l.Pipeline, l.State }).HasFilter("state IN ('Running', 'Held', 'Failed')");
        });
        modelBuilder.Entity<Claim>().ToTable("claims").HasKey(c => new { c.Pipeline, c.Dataset, c.Partition, c.RunId });
        modelBuilder.Entity<RunEntry>(e =>
        {
            e.ToTable("runs").HasKey(r => r.RunId);
            e.HasIndex(r => new { r.Pipeline, r.Partition, r.StartedAt });
            e.HasIndex(r => new { r.Pipeline, r.StartedAt });
            e.HasIndex(r => r.Backfill).HasFilter("backfill IS NOT NULL");
        });
        modelBuilder.Entity<AttemptEntry>().ToTable("attempts").HasKey(a => new { a.RunId, a.Dataset, a.Step, a.Attempt });
        modelBuilder.Entity<StepMetric>().ToTable("step_metrics").HasKey(m => new { m.RunId, m.Dataset, m.Step, m.Name });
        modelBuilder.Entity<QualityPoint>(e =>
        {
            e.ToTable("quality_series").HasKey(q => new { q.Pipeline, q.Dataset, q.Rule, q.Partition, q.Epoch });
            e.HasIndex(q => q.RunId);
        });
        modelBuilder.Entity<LineageEdge>(e =>
        {
            e.ToTable("lineage_edges").HasKey(l => new { l.RunId, l.Output, l.OutputColumn, l.Input, l.InputColumn });
            e.HasIndex(l => new { l.Output, l.OutputColumn });
            e.HasIndex(l => new { l.Input, l.InputColumn });
        });
        modelBuilder.Entity<Hold>(e =>
        {
            e.ToTable("holds").HasKey(h => h.HoldId);
            e.Property(h => h.Checks).HasColumnType("jsonb");
            e.HasIndex(h => new { h.State, h.ExpiresAt });
            e.HasIndex(h => new { h.Pipeline, h.Dataset, h.Partition });
        });
        modelBuilder.Entity<HoldDecision>(e =>
        {
            e.ToTable("hold_decisions").HasKey(d => d.DecisionId);
            e.HasIndex(d => d.HoldId);
        });
        modelBuilder.Entity<Waiver>().ToTable("waivers").HasKey(w => new { w.Pipeline, w.Dataset, w.Rule });
        modelBuilder.Entity<QuarantineEntry>(e =>
        {
            e.ToTable("quarantine").HasKey(q => new { q.Pipeline, q.Dataset, q.Partition, q.RunId, q.Rule });
            e.HasIndex(q => new { q.Pipeline, q.State });
        });
        modelBuilder.Entity<CostEntry>(e =>
        {
            e.ToTable("costs").HasKey(c => new { c.RunId, c.Dataset, c.Kind });
            e.HasIndex(c => new { c.Pipeline, c.RecordedAt });
        });
        modelBuilder.Entity<Watermark>().ToTable("watermarks").HasKey(w => new { w.Pipeline, w.Name });
        modelBuilder.Entity<AuditEntry>(e =>
        {
            e.ToTable("audit_trail").HasKey(a => a.Id);
            e.Property(a => a.Details).HasColumnType("jsonb");
            e.HasIndex(a => a.At);
            e.HasIndex(a => new { a.Target, a.At });
        });
        modelBuilder.Entity<OutboxMessage>(e =>
        {
            e.ToTable("outbox").HasKey(o => o.MessageId);
            e.Property(o => o.Payload).HasColumnType("jsonb");
            e.HasIndex(o => new { o.Topic, o.AvailableAt }).HasFilter("delivered_at IS NULL");
        });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            NameColumns(entity);
        }
    }

    private static void NameColumns(IMutableEntityType entity)
    {
        foreach (var property in entity.GetProperties())
        {
            property.SetColumnName(SnakeCase(property.Name));
            if (property.IsKey() || property.IsIndex())
            {
                // Names are compared as they are, whatever the server's language: orders then follow indexes.
                property.SetCollation(property.ClrType == typeof(string) ? "C" : null);
            }

            if (property.ClrType.IsEnum)
            {
                property.SetProviderClrType(typeof(string));
            }
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
