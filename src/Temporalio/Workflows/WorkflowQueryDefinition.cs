using System.Reflection;

namespace Temporalio.Workflows;

/// <summary>A query handler: from a method or property with <see cref="WorkflowQueryAttribute"/> or a delegate registered while running.</summary>
public class WorkflowQueryDefinition
{
    private WorkflowQueryDefinition(string? name, string? description, HandlerMethod handler)
    {
        DefinitionNames.RefuseReserved("Query", name);
        Name = name;
        Description = description;
        Handler = handler;
    }

    /// <summary>Name of the query; null for the dynamic handler.</summary>
    public string? Name { get; }

    /// <summary>Whether this answers every query without a handler of its own.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Short description shown by tools; null when none was given.</summary>
    public string? Description { get; }

    internal HandlerMethod Handler { get; }

    /// <summary>Definition of a method that carries <see cref="WorkflowQueryAttribute"/>.</summary>
    /// <param name="method">Public synchronous instance method with a result.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The attribute is missing or the method does not fit; all problems in one text.</exception>
    public static WorkflowQueryDefinition FromMethod(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return DefinitionCache<WorkflowQueryDefinition>.Get(method, static m => Create(m, m));
    }

    /// <summary>Definition of a property that carries <see cref="WorkflowQueryAttribute"/>.</summary>
    /// <param name="property">Property with a public getter.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The attribute is missing or the property does not fit.</exception>
    public static WorkflowQueryDefinition FromProperty(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return DefinitionCache<WorkflowQueryDefinition>.Get(property, static p => Create(
            p, p.GetGetMethod() ?? throw new ArgumentException($"WorkflowQuery property '{DefinitionNames.Describe(p)}' must have a public getter")));
    }

    /// <summary>Definition of a delegate, to be registered while a workflow runs.</summary>
    /// <param name="name">Query name; null for the dynamic handler.</param>
    /// <param name="del">Synchronous delegate with a result.</param>
    /// <param name="description">Short description shown by tools.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The delegate does not fit.</exception>
    public static WorkflowQueryDefinition CreateWithoutAttribute(string? name, Delegate del, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(del);
        var problems = new List<string>();
        AddShapeProblems(del.Method, del.Method, name is null, problems);
        DefinitionNames.ThrowIfAny($"Query '{name ?? "(dynamic)"}' is invalid", problems);
        return new(name, description, new(del));
    }

    internal static string NameFromMethodForCall(MethodInfo method) =>
        FromMethod(method).Name ?? throw new ArgumentException($"A dynamic query cannot be called by its method '{DefinitionNames.Describe(method)}'. Help: pass the name.");

    internal static string NameFromPropertyForCall(PropertyInfo property) => FromProperty(property).Name!;

    private static WorkflowQueryDefinition Create(MemberInfo member, MethodInfo method)
    {
        var attribute = member.GetCustomAttribute<WorkflowQueryAttribute>(false)
            ?? throw new ArgumentException($"'{DefinitionNames.Describe(member)}' is missing the WorkflowQuery attribute");
        var problems = DefinitionNames.InstanceMethodProblems("WorkflowQuery", method).ToList();
        AddShapeProblems(member, method, attribute.Dynamic, problems);
        if (attribute is { Dynamic: true, Name: not null })
        {
            problems.Add($"WorkflowQuery on '{DefinitionNames.Describe(member)}' cannot be dynamic and have a name");
        }

        DefinitionNames.ThrowIfAny($"Query '{DefinitionNames.Describe(member)}' is invalid", problems);
        return new(attribute.Dynamic ? null : attribute.Name ?? member.Name, attribute.Description, new(method));
    }

    private static void AddShapeProblems(MemberInfo member, MethodInfo method, bool dynamic, List<string> problems)
    {
        if (method.ReturnType == typeof(void))
        {
            problems.Add($"WorkflowQuery on '{DefinitionNames.Describe(member)}' must return a value");
        }
        else if (typeof(Task).IsAssignableFrom(method.ReturnType))
        {
            problems.Add($"WorkflowQuery on '{DefinitionNames.Describe(member)}' must not return a task: queries are synchronous");
        }

        if (dynamic && !DefinitionNames.AreDynamicParameters(method.GetParameters()))
        {
            problems.Add($"WorkflowQuery on '{DefinitionNames.Describe(member)}' is dynamic and must take a string and an array of IRawValue");
        }
    }
}
