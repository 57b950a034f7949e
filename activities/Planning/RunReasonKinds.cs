namespace Orchestrator.Activities.Planning;

/// <summary>Reasons as documents and search attributes spell them.</summary>
public static class RunReasonKinds
{
    /// <summary>The kind in camel case, for example <c>inputsChanged</c>.</summary>
    public static string Word(this RunReasonKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
