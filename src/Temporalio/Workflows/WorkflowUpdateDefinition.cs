using System.Reflection;

namespace Temporalio.Workflows;

/// <summary>An update handler with its optional validator: from methods with attributes or delegates registered while running.</summary>
public class WorkflowUpdateDefinition
{
    private WorkflowUpdateDefinition(
        string? name, string? description, HandlerMethod handler, HandlerMethod? validator, HandlerUnfinishedPolicy unfinishedPolicy)
    {
        DefinitionNames.RefuseReserved("Update", name);
        Name = name;
        Description = description;
        Handler = handler;
        Validator = validator;
        UnfinishedPolicy = unfinishedPolicy;
    }

    /// <summary>Name of the update; null for the dynamic handler.</summary>
    public string? Name { get; }

    /// <summary>Whether this handles every update without a handler of its own.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Short description shown by tools; null when none was given.</summary>
    public string? Description { get; }

    internal HandlerMethod Handler { get; }

    internal HandlerMethod? Validator { get; }

    internal HandlerUnfinishedPolicy UnfinishedPolicy { get; }

    /// <summary>Definition of a method that carries <see cref="WorkflowUpdateAttribute"/>.</summary>
    /// <param name="method">Public instance method returning a task.</param>
    /// <param name="validatorMethod">Method that may refuse the update: no result, the same parameters.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The attribute is missing or a method does not fit; all problems in one text.</exception>
    public static WorkflowUpdateDefinition FromMethod(MethodInfo method, MethodInfo? validatorMethod = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        var attribute = method.GetCustomAttribute<WorkflowUpdateAttribute>(false)
            ?? throw new ArgumentException($"'{DefinitionNames.Describe(method)}' is missing the WorkflowUpdate attribute");
        var problems = DefinitionNames.InstanceMethodProblems("WorkflowUpdate", method).ToList();
        AddShapeProblems(method, attribute.Dynamic, problems);
        AddValidatorProblems(method, validatorMethod, problems);
        if (attribute is { Dynamic: true, Name: not null })
        {
            problems.Add($"WorkflowUpdate on '{DefinitionNames.Describe(method)}' cannot be dynamic and have a name");
        }

        DefinitionNames.ThrowIfAny($"Update method '{DefinitionNames.Describe(method)}' is invalid", problems);
        return new(
            attribute.Dynamic ? null : attribute.Name ?? DefinitionNames.OfMethod(method.Name),
            attribute.Description,
            new(method),
            validatorMethod is null ? null : new HandlerMethod(validatorMethod),
            attribute.UnfinishedPolicy);
    }

    /// <summary>Definition of delegates, to be registered while a workflow runs.</summary>
    /// <param name="name">Update name; null for the dynamic handler.</param>
    /// <param name="del">Delegate returning a task.</param>
    /// <param name="validatorDel">Delegate that may refuse the update: no result, the same parameters.</param>
    /// <param name="unfinishedPolicy">What happens when the run ends while the handler runs.</param>
    /// <param name="description">Short description shown by tools.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">A delegate does not fit.</exception>
    public static WorkflowUpdateDefinition CreateWithoutAttribute(
        string? name,
        Delegate del,
        Delegate? validatorDel = null,
        HandlerUnfinishedPolicy unfinishedPolicy = HandlerUnfinishedPolicy.WarnAndAbandon,
        string? description = null)
    {
        ArgumentNullException.ThrowIfNull(del);
        var problems = new List<string>();
        AddShapeProblems(del.Method, name is null, problems);
        AddValidatorProblems(del.Method, validatorDel?.Method, problems);
        DefinitionNames.ThrowIfAny($"Update '{name ?? "(dynamic)"}' is invalid", problems);
        return new(name, description, new(del), validatorDel is null ? null : new HandlerMethod(validatorDel), unfinishedPolicy);
    }

    internal static string NameFromMethodForCall(MethodInfo method) =>
        DefinitionCache<WorkflowUpdateDefinition>.Get(method, static m => FromMethod(m)).Name
        ?? throw new ArgumentException($"A dynamic update cannot be called by its method '{DefinitionNames.Describe(method)}'. Help: pass the name.");

    private static void AddShapeProblems(MethodInfo method, bool dynamic, List<string> problems)
    {
        if (!typeof(Task).IsAssignableFrom(method.ReturnType))
        {
            problems.Add($"WorkflowUpdate on '{DefinitionNames.Describe(method)}' must return Task or Task<T>");
        }

        if (dynamic && !DefinitionNames.AreDynamicParameters(method.GetParameters()))
        {
            problems.Add($"WorkflowUpdate on '{DefinitionNames.Describe(method)}' is dynamic and must take a string and an array of IRawValue");
        }
    }

    private static void AddValidatorProblems(MethodInfo method, MethodInfo? validator, List<string> problems)
    {
        if (validator is null)
        {
            return;
        }

        if (validator.ReturnType != typeof(void))
        {
            problems.Add($"WorkflowUpdateValidator on '{DefinitionNames.Describe(validator)}' must return void");
        }

        if (!validator.GetParameters().Select(p => p.ParameterType).SequenceEqual(method.GetParameters().Select(p => p.ParameterType)))
        {
            problems.Add($"WorkflowUpdateValidator on '{DefinitionNames.Describe(validator)}' must have the parameters of '{method.Name}'");
        }
    }
}
