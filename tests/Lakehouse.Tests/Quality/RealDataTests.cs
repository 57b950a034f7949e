using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Lakehouse.Tables;
using Lakehouse.Quality.Drift;
using Lakehouse.Raw;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Quality;

/// <summary>Real data through contracts: what is wrong with it is found, and counted as counting by other means gives it.</summary>
public sealed class RealDataTests() : EngineTests(threads: 2)
{
    [Fact]
    public void Retail_Of193Days_HasCancellationsGuestsAndGiveaways()
    {
        Connection.Execute($"CREATE TABLE sales AS SELECT * FROM read_csv({SqlIdentifier.Literal(TestPaths.Shared("data", "events", "retail-by-day") + "/*.csv")}, all_varchar = true, header = true)");

        var report = Check("sales", """
            - name: sales
              properties:
              - {name: InvoiceNo, logicalType: string, required: true, logicalTypeOptions: {pattern: "^C?[0-9]{6}$"}, quality: [{name: cancelled, type: custom, engine: duckdb, implementation: "${column} NOT LIKE 'C%'", severity: warning}]}
              - {name: StockCode, logicalType: string, required: true}
              - {name: Description, logicalType: string, quality: [{name: undescribed, metric: missingValues, mustBeLessThan: 1, unit: percent, arguments: {missingValues: [null, ""]}}]}
              - {name: Quantity, logicalType: integer, required: true, logicalTypeOptions: {exclusiveMinimum: 0}}
              - {name: InvoiceDate, logicalType: timestamp, required: true, logicalTypeOptions: {minimum: "2010-12-01T00:00:00Z", maximum: "2011-07-31T23:59:59Z"}}
              - {name: UnitPrice, logicalType: number, required: true, logicalTypeOptions: {minimum: 0}, quality: [{name: given away, type: custom, engine: duckdb, implementation: "TRY_CAST(${column} AS DOUBLE) > 0", severity: warning}]}
              - {name: CustomerID, logicalType: string, logicalTypeOptions: {pattern: "^[0-9]{5}[.]0$"}, quality: [{name: guests, metric: nullValues, mustBeLessThan: 25, unit: percent}]}
              - {name: Country, logicalType: string, required: true}
              quality:
              - {name: twice, metric: duplicateValues, mustBe: 0, severity: warning}
              - {metric: rowCount, mustBe: 285421}
            """, CheckScope.Input);

        Assert.Equal(285_421, report.Rows);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["cancelled"] = "5179", ["undescribed"] = "0.378038", ["Quantity.exclusive_minimum"] = "6054", ["given away"] = "1666", ["guests"] = "28.389642", ["twice"] = "2083",
            },
            report.Results.Where(r => r.Status is CheckStatus.Failed || r.Rule is "undescribed").ToDictionary(r => r.Rule, r => r.Value));
        Assert.Equal((81_030L, 1_079L), (Result(report, "guests").Offenders, Result(report, "undescribed").Offenders));
        Assert.Equal((6_054L, 279_367L), (report.Quarantined, report.Passing));

        // Nobody is named in it: descriptions such as CHARLOTTE BAG are no persons.
        Assert.Empty(PiiScan.Find(Connection, "sales", [.. Connection.Describe("sales").Select(c => new TableColumn(c.Name, c.Type))]));
    }

    [Fact]
    public void Pjm_HourlyLoads_RepeatTheHourOfTheClockChangeAndOneOutage()
    {
        Connection.Execute($"CREATE TABLE load AS SELECT regexp_extract(filename, '([A-Z]+)_hourly', 1) AS zone, \"at\", mw FROM read_csv({SqlIdentifier.Literal(TestPaths.Shared("data", "events", "pjm-hourly") + "/*.csv")}, columns = {{'at': 'VARCHAR', 'mw': 'VARCHAR'}}, auto_detect = false, header = true, delim = ',', filename = true)");

        var report = Check("load", """
            - name: load
              properties:
              - {name: zone, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
              - {name: at, logicalType: timestamp, required: true, primaryKey: true, primaryKeyPosition: 2, logicalTypeOptions: {format: "yyyy-MM-dd HH:mm:ss"}}
              - {name: mw, logicalType: number, required: true, logicalTypeOptions: {exclusiveMinimum: 0}}
            """, CheckScope.Input);

        Assert.Equal(911_905, report.Rows);

        // One zone writes all its hours in another form.
        Assert.Equal([("at.type", "58450"), ("mw.exclusive_minimum", "1"), ("primary_key_unique", "36")], report.Results.Where(r => r.Status is CheckStatus.Failed).Select(r => (r.Rule, r.Value!)));
    }

    [Fact]
    public void Covid_140Days_HaveNegativeActivesGapsAndCodesInTwoSpellings()
    {
        var bronze = ContractParser.Load(TestPaths.InRepo("pipelines", "covid", "contracts", "bronze.daily_reports.odcs.yaml")).Table();
        var silver = ContractParser.Load(TestPaths.InRepo("pipelines", "covid", "contracts", "silver.cases.odcs.yaml")).Table();
        var generations = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(TestPaths.Shared("data", "covid-daily", "daily"), "*.csv").Order(StringComparer.Ordinal))
        {
            var day = DateOnly.ParseExact(Path.GetFileNameWithoutExtension(path), "MM-dd-yyyy", CultureInfo.InvariantCulture);
            var loaded = BronzeLoader.Load(
                File.OpenRead(path),
                new BronzeLoad
                {
                    Table = bronze, SourceUri = path, FileHash = "h", ArrivedAt = DateTimeOffset.UnixEpoch, Dataset = "bronze.daily_reports", Partition = $"{day:yyyy-MM-dd}", RunId = "r",
                    QuarantinedAt = DateTimeOffset.UnixEpoch, Constants = new Dictionary<string, string?> { ["report_date"] = $"{day:yyyy-MM-dd}" },
                },
                Connection);
            Assert.Equal((0L, loaded.Records), (loaded.Rejected, loaded.Loaded));
            generations[loaded.Header.Generation.Name] = generations.GetValueOrDefault(loaded.Header.Generation.Name) + 1;
        }

        Assert.Equal(new Dictionary<string, int> { ["2020-01"] = 60, ["2020-03-22"] = 80 }, generations);
        Assert.Equal(CheckOutcome.Passed, ContractPlan.Compile(bronze, Connection, "bronze").Run(Connection, CheckedData.Request("bronze")).Outcome);
        Connection.Execute("CREATE SCHEMA bronze; CREATE VIEW bronze.daily_reports AS SELECT * FROM main.bronze");
        Connection.Query($"CREATE TABLE cases AS {File.ReadAllText(TestPaths.InRepo("pipelines", "covid", "models", "silver.cases.sql"))}", new Dictionary<string, object?>
        {
            ["partition_start"] = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), ["partition_end"] = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero),
        });

        var report = ContractPlan.Compile(silver, Connection, "cases").Run(Connection, CheckedData.Request("cases") with
        {
            PartitionColumn = "report_date",
            Deduplicate = new Deduplication([.. silver.PrimaryKey.Select(c => c.ColumnName)], [new SortColumn("confirmed", Descending: true)]),
        });

        Assert.Equal(265_958, report.Rows);
        Assert.Equal(786, Result(report, "active.minimum").Offenders);
        Assert.Equal(report.Rows, report.Passing + report.Quarantined + report.Dropped);
        Assert.Equal(report.Quarantined, Connection.Scalar<long>("SELECT count(*) FROM quarantine"));
        Assert.Equal(786, Connection.Scalar<long>("SELECT count(*) FROM quarantine WHERE contains(rules, 'active.minimum')"));

        // FIPS codes: 1001 in most files, 01001 in some.
        var codes = Check("bronze", """
            - name: bronze
              properties:
              - {name: fips, quality: [{name: five, metric: invalidValues, mustBe: 0, severity: warning, arguments: {pattern: "^[0-9]{5}$"}}, {name: zero, metric: invalidValues, mustBe: 0, severity: warning, arguments: {pattern: "^[^0]"}}]}
            """, CheckScope.Input);
        Assert.Equal((19_147L, 4_266L), (Result(codes, "five").Offenders, Result(codes, "zero").Offenders));
        Assert.Empty(PiiScan.Find(Connection, "cases", [.. Connection.Describe("cases").Select(c => new TableColumn(c.Name, c.Type))]));
    }

    [Fact]
    public void Covid_FipsOfTwoDays_AreWrittenDifferently()
    {
        var folder = TestPaths.Shared("data", "covid-daily", "daily");
        foreach (var (name, day) in new[] { ("padded", "03-23-2020"), ("plain", "04-15-2020") })
        {
            Connection.Execute($"CREATE TABLE {name} AS SELECT FIPS, Admin2, Last_Update FROM read_csv({SqlIdentifier.Literal(Path.Combine(folder, day + ".csv"))}, all_varchar = true, header = true)");
        }

        var drift = TableDrift.Compare(TableProfile.Of(Connection, "padded"), TableProfile.Of(Connection, "plain"));

        Assert.Contains(drift.Changes, c => c is { Kind: DriftKind.Remeant, Column: "FIPS" });
    }

    [Fact]
    public void Pagila_AsDumped_HasOpenRentalsBlankPlacesAndOneRentalPaidSixTimes()
    {
        LoadPagila();
        var references = new Dictionary<string, string> { ["inventory"] = "inventory", ["customer"] = "customer", ["rental"] = "rental" };

        var rental = Check("rental", """
            - name: rental
              properties:
              - {name: rental_id, logicalType: integer, required: true, primaryKey: true}
              - {name: rental_date, logicalType: timestamp, required: true}
              - {name: inventory_id, logicalType: integer, required: true, relationships: [{to: inventory.inventory_id}]}
              - {name: customer_id, logicalType: integer, required: true, relationships: [{to: customer.customer_id}]}
              - {name: return_date, logicalType: timestamp, quality: [{name: open, metric: nullValues, mustBe: 0, severity: warning}, {name: order, type: custom, engine: duckdb, implementation: "${column} IS NULL OR ${column} >= rental_date"}]}
            """, CheckScope.Input, references);
        var payment = Check("payment", """
            - name: payment
              properties:
              - {name: payment_id, logicalType: integer, required: true, unique: true}
              - {name: rental_id, logicalType: integer, relationships: [{to: rental.rental_id}], quality: [{name: paid again, metric: duplicateValues, mustBe: 0, severity: warning}]}
              - {name: amount, logicalType: number, logicalTypeOptions: {minimum: 0}, quality: [{name: free, type: custom, engine: duckdb, implementation: "CAST(${column} AS DECIMAL(5,2)) > 0", severity: warning}]}
              - {name: payment_date, logicalType: timestamp, quality: [{name: other month, type: custom, engine: duckdb, implementation: "substr(${column}, 6, 2) = month", severity: warning}]}
            """, CheckScope.Input, references);
        var address = Check("address", """
            - name: address
              properties:
              - {name: address2, quality: [{metric: missingValues, mustBe: 0, severity: warning, arguments: {missingValues: [null, ""]}}]}
              - {name: district, quality: [{metric: missingValues, mustBe: 0, severity: warning, arguments: {missingValues: [null, ""]}}]}
              - {name: postal_code, quality: [{metric: missingValues, mustBe: 0, severity: warning, arguments: {missingValues: [null, ""]}}]}
              - {name: phone, quality: [{metric: missingValues, mustBe: 0, severity: warning, arguments: {missingValues: [null, ""]}}]}
            """, CheckScope.Input);
        var customer = Check("customer", """
            - name: customer
              properties:
              - {name: customer_id, logicalType: integer, required: true, primaryKey: true}
              - {name: email, logicalType: string, unique: true, logicalTypeOptions: {format: email}}
              - {name: active, quality: [{name: contradiction, type: custom, engine: duckdb, implementation: "(${column} = '1') = (activebool = 't')", severity: warning}]}
            """, CheckScope.Input);

        Assert.Equal((16_044L, "open=183"), (rental.Rows, Failed(rental)));
        Assert.Equal((16_049L, "paid again=1 free=24 other month=15"), (payment.Rows, Failed(payment)));
        Assert.Equal((603L, "address2.missing_values=603 district.missing_values=3 postal_code.missing_values=4 phone.missing_values=2"), (address.Rows, Failed(address)));
        Assert.Equal((599L, "contradiction=15"), (customer.Rows, Failed(customer)));
    }

    [Fact]
    public void Pagila_Tables_HoldPersonsWhereTheyDoAndNowhereElse()
    {
        LoadPagila();

        var found = Connection.Query("SELECT table_name FROM duckdb_tables() ORDER BY 1").Rows.Select(r => (string)r[0]!)
            .SelectMany(t => PiiScan.Find(Connection, t, [.. Connection.Describe(SqlIdentifier.Quote(t)).Select(c => new TableColumn(c.Name, c.Type))]).Select(f => $"{t}.{f.Column} {f.Kind}"));

        // Two members of staff, Mike Hillyer and Jon Stephens, have names that the lists lack; the other tables have enough that they hold.
        Assert.Equal(
            [
                "actor.first_name PersonName", "actor.last_name PersonName", "address.phone Phone", "customer.first_name PersonName", "customer.last_name PersonName", "customer.email Email",
                "staff.email Email", "staff.password Secret",
            ],
            found);
    }

    /// <summary>Reads the dump's COPY blocks as text; the seven tables of payments become one, with the month that each stands for.</summary>
    private void LoadPagila()
    {
        var dump = TestPaths.Shared("data", "pagila", "pagila-2022-12", "pagila-data.sql");
        DuckDbAppender? rows = null;
        string? month = null;
        foreach (var line in File.ReadLines(dump))
        {
            if (rows is null && line.StartsWith("COPY public.", StringComparison.Ordinal))
            {
                var table = line["COPY public.".Length..line.IndexOf(' ', 12)];
                month = table.StartsWith("payment_p", StringComparison.Ordinal) ? table[^2..] : null;
                var columns = line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..line.IndexOf(')', StringComparison.Ordinal)].Split(", ").Concat(month is null ? [] : ["month"]);
                table = month is null ? table : "payment";
                Connection.Execute($"CREATE TABLE IF NOT EXISTS {table} ({string.Join(", ", columns.Select(c => $"{SqlIdentifier.Quote(c)} VARCHAR"))})");
                rows = Connection.CreateAppender(table);
            }
            else if (line == "\\.")
            {
                rows!.Complete();
                rows.Dispose();
                rows = null;
            }
            else if (rows is not null)
            {
                foreach (var value in line.Split('\t'))
                {
                    rows.Append(value == "\\N" ? null : value.Replace("\\\\", "\\", StringComparison.Ordinal));
                }

                if (month is not null)
                {
                    rows.Append(month);
                }

                rows.EndRow();
            }
        }
    }

    private CheckReport Check(string relation, string schema, CheckScope scope, IReadOnlyDictionary<string, string>? references = null)
    {
        var parsed = ContractParser.Parse($"apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n{schema}", "c.yaml");
        Assert.Empty(parsed.Errors);
        return ContractPlan.Compile(parsed.Contract!.Table(), Connection, relation, TextColumns.CheckEachValue, references)
            .Run(Connection, CheckedData.Request(relation) with { Scope = scope, QuarantineTable = "aside_" + relation });
    }

    private static CheckResult Result(CheckReport report, string rule) => report.Results.Single(r => r.Rule == rule);

    private static string Failed(CheckReport report) => string.Join(' ', report.Results.Where(r => r.Status is not CheckStatus.Passed).Select(r => $"{r.Rule}={r.Value}"));
}
