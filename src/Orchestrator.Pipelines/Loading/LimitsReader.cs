using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>limits</c>.</summary>
internal sealed class LimitsReader(ErrorList errors)
{
    /// <summary>Least memory with which the SQL engine does useful work, in bytes.</summary>
    private const long LeastMemory = 32_000_000;

    /// <summary>The limits; null after an error.</summary>
    public Limits? Read(SpecNode node)
    {
        if (node["run_timeout"].Duration is not { } run || node["memory"].Size is not { } memory || node["spill"].Size is not { } spill || node["input_bytes"].Size is not { } input)
        {
            return null;
        }

        if (node["step_timeout"].Duration is { } step && step > run)
        {
            errors.Add(node["step_timeout"].Place, "a step may take longer than the run that it is part of", $"at most '{node["run_timeout"].Text}'", $"'{node["step_timeout"].Text}'");
        }

        if (memory < LeastMemory)
        {
            errors.Add(node["memory"].Place, "this is too little memory for the SQL engine", "at least '32MB'", $"'{node["memory"].Text}'");
        }

        return new Limits
        {
            RunTimeout = run,
            StepTimeout = node["step_timeout"].Duration,
            MemoryBytes = memory,
            SpillBytes = spill,
            InputBytes = input,
            Threads = node["threads"].Integer,
            Rows = node["rows"].Long,
            Cost = node["cost"].Decimal,
        };
    }
}
