using System.Reflection;

namespace Temporalio.Workflows;

/// <summary>A signal handler: from a method with <see cref="WorkflowSignalAttribute"/> or a delegate registered while running.</summary>
public class WorkflowSignalDefinition
{
    private WorkflowSignalDefinition(string? name, string? description, HandlerMethod handler, HandlerUnfinishedPolicy unfinishedPolicy)
    {
        DefinitionNames.RefuseReserved("Signal", name);
        Name = name;
        Description = description;
        Handler = handler;
        UnfinishedPolicy = unfinishedPolicy;
    }

    /// <summary>Name of the signal; null for the dynamic handler.</summary>
    public string? Name { get; }

    /// <summary>Whether this handles every signal without a handler of its own.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Short description shown by tools; null when none was given.</summary>
    public string? Description { get; }

    internal HandlerMethod Handler { get; }

    internal HandlerUnfinishedPolicy UnfinishedPolicy { get; }

    /// <summary>Definition of a method that carries <see cref="WorkflowSignalAttribute"/>.</summary>
    /// <param name="method">Public instance method returning <see cref="Task"/>.</param>
    /// <returns>The definition, the same object for the same method.</returns>
    /// <exception cref="ArgumentException">The attribute is missing or the method does not fit; all problems in one text.</exception>
    public static WorkflowSignalDefinition FromMethod(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return DefinitionCache<WorkflowSignalDefinition>.Get(method, Create);
    }

    /// <summary>Definition of a delegate, to be registered while a workflow runs.</summary>
    /// <param name="name">Signal name; null for the dynamic handler.</param>
    /// <param name="del">Delegate returning <see cref="Task"/>.</param>
    /// <param name="unfinishedPolicy">What happens when the run ends while the handler runs.</param>
    /// <param name="description">Short description shown by tools.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The delegate does not fit.</exception>
    public static WorkflowSignalDefinition CreateWithoutAttribute(
        string? name,
        Delegate del,
        HandlerUnfinishedPolicy unfinishedPolicy = HandlerUnfinishedPolicy.WarnAndAbandon,
        string? description = null)
    {
        ArgumentNullException.ThrowIfNull(del);
        var problems = new List<string>();
        AddShapeProblems(del.Method, name is null, problems);
        DefinitionNames.ThrowIfAny($"Signal '{name ?? "(dynamic)"}' is invalid", problems);
        return new(name, description, new(del), unfinishedPolicy);
    }

    internal static string NameFromMethodForCall(MethodInfo method) =>
        FromMethod(method).Name ?? throw new ArgumentException($"A dynamic signal cannot be called by its method '{DefinitionNames.Describe(method)}'. Help: pass the name.");

    private static WorkflowSignalDefinition Create(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<WorkflowSignalAttribute>(false)
            ?? throw new ArgumentException($"'{DefinitionNames.Describe(method)}' is missing the WorkflowSignal attribute");
        var problems = DefinitionNames.InstanceMethodProblems("WorkflowSignal", method).ToList();
        AddShapeProblems(method, attribute.Dynamic, problems);
        if (attribute is { Dynamic: true, Name: not null })
        {
            problems.Add($"WorkflowSignal on '{DefinitionNames.Describe(method)}' cannot be dynamic and have a name");
        }

        DefinitionNames.ThrowIfAny($"Signal method '{DefinitionNames.Describe(method)}' is invalid", problems);
        return new(
            attribute.Dynamic ? null : attribute.Name ?? DefinitionNames.OfMethod(method.Name),
            attribute.Description,
            new(method),
            attribute.UnfinishedPolicy);
    }

    private static void AddShapeProblems(MethodInfo method, bool dynamic, List<string> problems)
    {
        if (method.ReturnType != typeof(Task))
        {
            problems.Add($"WorkflowSignal on '{DefinitionNames.Describe(method)}' must return Task");
        }

        if (dynamic && !DefinitionNames.AreDynamicParameters(method.GetParameters()))
        {
            problems.Add($"WorkflowSignal on '{DefinitionNames.Describe(method)}' is dynamic and must take a string and an array of IRawValue");
        }
    }
}
