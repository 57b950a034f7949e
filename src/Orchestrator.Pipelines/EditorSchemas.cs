using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines;

/// <summary>JSON Schemas of the files that people write, for completion and checks in editors; the same description that the parser works by.</summary>
public static class EditorSchemas
{
    /// <summary>Schema of <c>pipeline.yaml</c>.</summary>
    public static string Pipeline { get; } = JsonSchemaWriter.Write(PipelineShape.Root, "Pipeline (pipeline.yaml)");

    /// <summary>Schema of fixture files (<c>tests/*.yaml</c>).</summary>
    public static string Fixtures { get; } = JsonSchemaWriter.Write(FixtureShape.Root, "Fixture tests of a model (tests/*.yaml)");
}
