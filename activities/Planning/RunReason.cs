namespace Orchestrator.Activities.Planning;

/// <summary>One reason why a partition needs a run.</summary>
/// <param name="Kind">What kind of reason.</param>
/// <param name="Subject">What it is about: a file, a dataset, a table; empty when it is the partition itself.</param>
/// <param name="Detail">What happened to it, in a few words; empty when the kind says all.</param>
public sealed record RunReason(RunReasonKind Kind, string Subject = "", string Detail = "")
{
    /// <summary>The kind in words.</summary>
    public string Words => Kind switch
    {
        RunReasonKind.Missing => "missing",
        RunReasonKind.Failed => "the last run failed",
        RunReasonKind.InputsChanged => "inputs changed",
        RunReasonKind.CodeChanged => "code changed",
        RunReasonKind.ContractChanged => "contract changed",
        RunReasonKind.UpstreamNewer => "upstream newer",
        _ => "forced",
    };

    /// <inheritdoc/>
    public override string ToString() => (Subject, Detail) switch
    {
        ("", "") => Words,
        ("", _) => $"{Words}: {Detail}",
        (_, "") => $"{Words}: {Subject}",
        _ => $"{Words}: {Subject} {Detail}",
    };
}
