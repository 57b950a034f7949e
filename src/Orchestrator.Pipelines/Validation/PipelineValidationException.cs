namespace Orchestrator.Pipelines.Validation;

/// <summary>A pipeline folder is refused. Never transient: the files have to change. The message shows every error at once.</summary>
public sealed class PipelineValidationException : Exception
{
    /// <summary>Creates the refusal of one folder.</summary>
    public PipelineValidationException(string folder, IReadOnlyList<SpecError> errors)
        : base($"Pipeline '{folder}' has {errors.Count} error{(errors.Count == 1 ? "" : "s")}:\n" + string.Join("\n", errors))
    {
        Folder = folder;
        Errors = errors;
    }

    /// <summary>The folder that was read.</summary>
    public string Folder { get; }

    /// <summary>Everything that is wrong, by file and line.</summary>
    public IReadOnlyList<SpecError> Errors { get; }
}
