using Lakehouse.Contracts;

namespace Lakehouse.Tests.Contracts;

public sealed class ContractDiffTests
{
    private const string Base = """
        - name: orders
          properties:
          - {name: id, logicalType: integer, physicalType: BIGINT, required: true, primaryKey: true}
          - {name: amount, logicalType: number, required: true, logicalTypeOptions: {minimum: 0, maximum: 100}}
          - {name: status, logicalType: string, quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [new, paid]}}]}
        """;

    [Fact]
    public void Compare_SameContract_HasNoChanges()
    {
        var diff = ContractDiff.Compare(Contract(Base, "1.0.0"), Contract(Base, "1.0.0"));

        Assert.Empty(diff.Changes);
        Assert.True(diff.IsVersionSufficient);
    }

    [Theory]
    [InlineData("{name: status,", "{name: note, logicalType: string}\n  - {name: status,", ContractChangeKind.ColumnAdded, ContractImpact.Additive)]
    [InlineData("{name: amount,", "{name: amounts,", ContractChangeKind.ColumnRenamed, ContractImpact.Breaking)]
    [InlineData("physicalType: BIGINT", "physicalType: INTEGER", ContractChangeKind.TypeChanged, ContractImpact.Breaking)]
    [InlineData("physicalType: BIGINT", "physicalType: bigint", null, ContractImpact.None)]
    [InlineData("logicalType: number, required: true", "logicalType: number", ContractChangeKind.NullabilityChanged, ContractImpact.Breaking)]
    [InlineData("maximum: 100", "maximum: 1000", ContractChangeKind.LimitsChanged, ContractImpact.Breaking)]
    [InlineData("maximum: 100", "maximum: 50", ContractChangeKind.LimitsChanged, ContractImpact.Additive)]
    [InlineData("minimum: 0, ", "", ContractChangeKind.LimitsChanged, ContractImpact.Breaking)]
    [InlineData("required: true, primaryKey: true", "required: true", ContractChangeKind.KeyChanged, ContractImpact.Breaking)]
    [InlineData("[new, paid]", "[new, paid, void]", ContractChangeKind.QualityChanged, ContractImpact.Breaking)]
    [InlineData("{name: status,", "{name: status, classification: restricted,", ContractChangeKind.ClassificationChanged, ContractImpact.Breaking)]
    [InlineData("{name: status,", "{name: status, description: state of the order,", ContractChangeKind.DocumentationChanged, ContractImpact.None)]
    [InlineData("- name: orders", "- {name: other}\n- name: orders", ContractChangeKind.TableAdded, ContractImpact.Additive)]
    public void Compare_OneChange_NamesItsKindAndImpact(string from, string to, ContractChangeKind? kind, ContractImpact impact)
    {
        var diff = ContractDiff.Compare(Contract(Base, "1.2.3"), Contract(Base.Replace(from, to, StringComparison.Ordinal), "1.2.3"));

        Assert.Equal(impact, diff.Impact);
        Assert.Equal(kind is not null, diff.Changes.Any(c => c.Kind == kind));
        Assert.Equal(kind is null, diff.IsVersionSufficient);
        Assert.Equal(kind is not null, diff.ToString().Contains("Help: raise the", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("maximum: 1000", "1.3.0", false)]
    [InlineData("maximum: 1000", "2.0.0", true)]
    [InlineData("maximum: 50", "1.2.4", false)]
    [InlineData("maximum: 50", "1.3.0", true)]
    [InlineData("maximum: 50", "0.9.0", false)]
    [InlineData("maximum: 100, multipleOf: 5", "1.10.0", true)]
    public void IsVersionSufficient_VersionAgainstImpact_FollowsSemanticVersions(string limit, string version, bool sufficient) =>
        Assert.Equal(sufficient, ContractDiff.Compare(Contract(Base, "1.2.3"), Contract(Base.Replace("maximum: 100", limit, StringComparison.Ordinal), version)).IsVersionSufficient);

    [Fact]
    public void Compare_DeprecatedColumn_IsAnnouncedAndItsRemovalSaysSo()
    {
        const string column = "{name: status,";
        var announced = Base.Replace(column, "{name: status, customProperties: [{property: deprecated, value: {since: 1.3.0, removedIn: 2.0.0, use: state}}],", StringComparison.Ordinal);
        var removed = string.Join('\n', Base.Split('\n').Where(l => !l.Contains(column, StringComparison.Ordinal)));

        var first = Assert.Single(ContractDiff.Compare(Contract(Base, "1.2.3"), Contract(announced, "1.3.0")).Changes);
        Assert.Equal((ContractChangeKind.DeprecationChanged, ContractImpact.Additive), (first.Kind, first.Impact));
        Assert.Equal("column 'status' is deprecated (since 1.3.0, until 2.0.0, use 'state')", first.Description);
        Assert.Equal("column 'status' is gone, it was deprecated (since 1.3.0, until 2.0.0, use 'state')", Assert.Single(ContractDiff.Compare(Contract(announced, "1.3.0"), Contract(removed, "2.0.0")).Changes).Description);
        Assert.Equal("column 'status' is gone and was never deprecated", Assert.Single(ContractDiff.Compare(Contract(Base, "1.3.0"), Contract(removed, "2.0.0")).Changes).Description);
    }

    [Fact]
    public void Compare_OtherHandlingOfPersonalValues_Breaks()
    {
        var masked = Base.Replace("{name: status,", "{name: status, customProperties: [{property: privacy, value: mask}],", StringComparison.Ordinal);

        Assert.Contains(ContractDiff.Compare(Contract(masked, "1.0.0"), Contract(masked.Replace("mask", "tokenise", StringComparison.Ordinal), "2.0.0")).Changes, c => c.Impact is ContractImpact.Breaking && c.Description.Contains("tokenise, were mask", StringComparison.Ordinal));
    }

    [Fact]
    public void ToJson_Diff_HasWhatTheTextHas()
    {
        using var json = System.Text.Json.JsonDocument.Parse(ContractDiff.Compare(Contract(Base, "1.2.3"), Contract(Base.Replace("maximum: 100", "maximum: 1000", StringComparison.Ordinal), "1.2.4")).ToJson());

        Assert.Equal(("breaking", false, "limitsChanged", "amount"), (
            json.RootElement.GetProperty("impact").GetString(), json.RootElement.GetProperty("isVersionSufficient").GetBoolean(),
            json.RootElement.GetProperty("changes")[0].GetProperty("kind").GetString(), json.RootElement.GetProperty("changes")[0].GetProperty("column").GetString()));
    }

    private static DataContract Contract(string schema, string version)
    {
        var result = ContractParser.Parse($"version: {version}\napiVersion: v3.1.0\nkind: DataContract\nid: x\nstatus: active\nschema:\n{schema}", "c.yaml");
        Assert.Empty(result.Errors);
        return result.Contract!;
    }
}
