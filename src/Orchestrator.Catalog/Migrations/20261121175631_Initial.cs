// Written by the migrations tool (eng/catalog-migration.sh): as long as the tables need.
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Orchestrator.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "catalog");

            migrationBuilder.CreateTable(
                name: "attempts",
                schema: "catalog",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    step = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    worker = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    error_type = table.Column<string>(type: "text", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.run_id, x.dataset, x.step, x.attempt });
                });

            migrationBuilder.CreateTable(
                name: "audit_trail",
                schema: "catalog",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    details = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_trail", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "claims",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_claims", x => new { x.pipeline, x.dataset, x.partition, x.run_id });
                });

            migrationBuilder.CreateTable(
                name: "costs",
                schema: "catalog",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false),
                    owner = table.Column<string>(type: "text", nullable: true),
                    tenant = table.Column<string>(type: "text", nullable: true),
                    quantity = table.Column<double>(type: "double precision", nullable: false),
                    amount = table.Column<decimal>(type: "numeric", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_costs", x => new { x.run_id, x.dataset, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "hold_decisions",
                schema: "catalog",
                columns: table => new
                {
                    decision_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hold_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    rule = table.Column<string>(type: "text", nullable: true),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold_decisions", x => x.decision_id);
                });

            migrationBuilder.CreateTable(
                name: "holds",
                schema: "catalog",
                columns: table => new
                {
                    hold_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    workflow_id = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    checks = table.Column<string>(type: "jsonb", nullable: true),
                    staged = table.Column<string>(type: "text", nullable: true),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holds", x => x.hold_id);
                });

            migrationBuilder.CreateTable(
                name: "lineage_edges",
                schema: "catalog",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    output = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    output_column = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    input = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    input_column = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    output_version = table.Column<long>(type: "bigint", nullable: true),
                    input_version = table.Column<string>(type: "text", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lineage_edges", x => new { x.run_id, x.output, x.output_column, x.input, x.input_column });
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                schema: "catalog",
                columns: table => new
                {
                    message_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    topic = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    payload = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    available_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    last_error = table.Column<string>(type: "text", nullable: true),
                    delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => x.message_id);
                });

            migrationBuilder.CreateTable(
                name: "partition_ledger",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    claim_epoch = table.Column<long>(type: "bigint", nullable: false),
                    claim_run_id = table.Column<string>(type: "text", nullable: true),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    input_fingerprint = table.Column<string>(type: "text", nullable: true),
                    code_fingerprint = table.Column<string>(type: "text", nullable: true),
                    contract_fingerprint = table.Column<string>(type: "text", nullable: true),
                    engine_version = table.Column<string>(type: "text", nullable: true),
                    published_epoch = table.Column<long>(type: "bigint", nullable: true),
                    table_version = table.Column<long>(type: "bigint", nullable: true),
                    value_hash = table.Column<string>(type: "text", nullable: true),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    cost = table.Column<decimal>(type: "numeric", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    partition_start = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_stale = table.Column<bool>(type: "boolean", nullable: false),
                    is_final = table.Column<bool>(type: "boolean", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partition_ledger", x => new { x.pipeline, x.dataset, x.partition });
                });

            migrationBuilder.CreateTable(
                name: "quality_series",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    rule = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    severity = table.Column<string>(type: "text", nullable: false),
                    passed = table.Column<bool>(type: "boolean", nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    failed_rows = table.Column<long>(type: "bigint", nullable: false),
                    checked_rows = table.Column<long>(type: "bigint", nullable: false),
                    measured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_quality_series", x => new { x.pipeline, x.dataset, x.rule, x.partition, x.epoch });
                });

            migrationBuilder.CreateTable(
                name: "quarantine",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    rule = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    redriven = table.Column<long>(type: "bigint", nullable: false),
                    location = table.Column<string>(type: "text", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    quarantined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_quarantine", x => new { x.pipeline, x.dataset, x.partition, x.run_id, x.rule });
                });

            migrationBuilder.CreateTable(
                name: "runs",
                schema: "catalog",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    workflow_id = table.Column<string>(type: "text", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    partition = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    status = table.Column<string>(type: "text", nullable: false),
                    trigger = table.Column<string>(type: "text", nullable: true),
                    backfill = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    owner = table.Column<string>(type: "text", nullable: true),
                    tenant = table.Column<string>(type: "text", nullable: true),
                    code_fingerprint = table.Column<string>(type: "text", nullable: true),
                    error_type = table.Column<string>(type: "text", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    rows_in = table.Column<long>(type: "bigint", nullable: false),
                    rows_out = table.Column<long>(type: "bigint", nullable: false),
                    bytes_in = table.Column<long>(type: "bigint", nullable: false),
                    bytes_out = table.Column<long>(type: "bigint", nullable: false),
                    cost = table.Column<decimal>(type: "numeric", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "step_metrics",
                schema: "catalog",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    step = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    measured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_step_metrics", x => new { x.run_id, x.dataset, x.step, x.name });
                });

            migrationBuilder.CreateTable(
                name: "waivers",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    rule = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_waivers", x => new { x.pipeline, x.dataset, x.rule });
                });

            migrationBuilder.CreateTable(
                name: "watermarks",
                schema: "catalog",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    event_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cursor = table.Column<string>(type: "text", nullable: true),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_watermarks", x => new { x.pipeline, x.name });
                });

            migrationBuilder.CreateIndex(
                name: "IX_audit_trail_at",
                schema: "catalog",
                table: "audit_trail",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_trail_target_at",
                schema: "catalog",
                table: "audit_trail",
                columns: new[] { "target", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_costs_pipeline_recorded_at",
                schema: "catalog",
                table: "costs",
                columns: new[] { "pipeline", "recorded_at" });

            migrationBuilder.CreateIndex(
                name: "IX_hold_decisions_hold_id",
                schema: "catalog",
                table: "hold_decisions",
                column: "hold_id");

            migrationBuilder.CreateIndex(
                name: "IX_holds_pipeline_dataset_partition",
                schema: "catalog",
                table: "holds",
                columns: new[] { "pipeline", "dataset", "partition" });

            migrationBuilder.CreateIndex(
                name: "IX_holds_state_expires_at",
                schema: "catalog",
                table: "holds",
                columns: new[] { "state", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "IX_lineage_edges_input_input_column",
                schema: "catalog",
                table: "lineage_edges",
                columns: new[] { "input", "input_column" });

            migrationBuilder.CreateIndex(
                name: "IX_lineage_edges_output_output_column",
                schema: "catalog",
                table: "lineage_edges",
                columns: new[] { "output", "output_column" });

            migrationBuilder.CreateIndex(
                name: "IX_outbox_topic_available_at",
                schema: "catalog",
                table: "outbox",
                columns: new[] { "topic", "available_at" },
                filter: "delivered_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_partition_ledger_pipeline_partition",
                schema: "catalog",
                table: "partition_ledger",
                columns: new[] { "pipeline", "partition" });

            migrationBuilder.CreateIndex(
                name: "IX_partition_ledger_pipeline_state",
                schema: "catalog",
                table: "partition_ledger",
                columns: new[] { "pipeline", "state" },
                filter: "state IN ('Running', 'Held', 'Failed')");

            migrationBuilder.CreateIndex(
                name: "IX_quality_series_run_id",
                schema: "catalog",
                table: "quality_series",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_pipeline_state",
                schema: "catalog",
                table: "quarantine",
                columns: new[] { "pipeline", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_backfill",
                schema: "catalog",
                table: "runs",
                column: "backfill",
                filter: "backfill IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_pipeline_partition_started_at",
                schema: "catalog",
                table: "runs",
                columns: new[] { "pipeline", "partition", "started_at" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_pipeline_started_at",
                schema: "catalog",
                table: "runs",
                columns: new[] { "pipeline", "started_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "attempts",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "audit_trail",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "claims",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "costs",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "hold_decisions",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "holds",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "lineage_edges",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "outbox",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "partition_ledger",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "quality_series",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "quarantine",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "runs",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "step_metrics",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "waivers",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "watermarks",
                schema: "catalog");
        }
    }
}
