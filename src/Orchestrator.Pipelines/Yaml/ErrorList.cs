using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>Collects everything wrong with a pipeline, so that one reading reports it all.</summary>
internal sealed class ErrorList
{
    private readonly List<SpecError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    public int Count => _errors.Count;

    public void Add(Place place, string what, string? expected = null, string? seen = null, string? help = null) => Add(new SpecError
    {
        File = place.File,
        Line = place.Line,
        Column = place.Column,
        Path = place.Path,
        What = what,
        Expected = expected,
        Seen = seen,
        Help = help,
    });

    public void Add(SpecError error) => _errors.Add(error);

    /// <summary>The errors by file and place; the pipeline's own file first, as the others follow from it.</summary>
    public IReadOnlyList<SpecError> Sorted(string firstFile) =>
        [.. _errors.OrderBy(e => e.File == firstFile ? 0 : 1).ThenBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Column)];
}
