using System.Reflection;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Workflows;

/// <summary>A workflow type as the worker knows it: how to make an instance, its main method and its handlers.</summary>
public class WorkflowDefinition
{
    private readonly Func<object?[], object>? _creator;

    internal WorkflowDefinition(WorkflowTypeReader read, string? name, Func<object?[], object>? creator)
    {
        Name = name;
        Type = read.Type;
        RunMethod = read.RunMethod!;
        Run = new HandlerMethod(RunMethod);
        TakesInitArguments = read.InitConstructor is not null;
        Signals = read.Signals;
        Queries = read.Queries;
        Updates = read.Updates;
        DynamicSignal = read.DynamicSignal;
        DynamicQuery = read.DynamicQuery;
        DynamicUpdate = read.DynamicUpdate;
        FailureExceptionTypes = read.Attribute!.FailureExceptionTypes;
        VersioningBehavior = read.Attribute.VersioningBehavior;
        DynamicOptionsGetter = read.DynamicOptionsGetter;
        _creator = creator ?? read.MakeCreator();
    }

    /// <summary>Workflow type name; null for the dynamic workflow.</summary>
    public string? Name { get; }

    /// <summary>Whether this runs every workflow type without a class of its own.</summary>
    public bool Dynamic => Name is null;

    /// <summary>The .NET type.</summary>
    public Type Type { get; }

    /// <summary>The main method.</summary>
    public MethodInfo RunMethod { get; }

    /// <summary>Whether instances can be made: not for interfaces and abstract classes.</summary>
    public bool Instantiable => _creator is not null;

    /// <summary>Signal handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowSignalDefinition> Signals { get; }

    /// <summary>Query handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowQueryDefinition> Queries { get; }

    /// <summary>Update handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowUpdateDefinition> Updates { get; }

    /// <summary>Dynamic signal handler; null when there is none.</summary>
    public WorkflowSignalDefinition? DynamicSignal { get; }

    /// <summary>Dynamic query handler; null when there is none.</summary>
    public WorkflowQueryDefinition? DynamicQuery { get; }

    /// <summary>Dynamic update handler; null when there is none.</summary>
    public WorkflowUpdateDefinition? DynamicUpdate { get; }

    /// <summary>Exception types that fail the run instead of the task; null when none were named.</summary>
    public Type[]? FailureExceptionTypes { get; }

    /// <summary>How runs move between worker versions.</summary>
    public VersioningBehavior? VersioningBehavior { get; }

    /// <summary>Reads the options of a dynamic workflow off its instance; null when it has none.</summary>
    public Func<object?, WorkflowDefinitionOptions>? DynamicOptionsGetter { get; }

    internal HandlerMethod Run { get; }

    internal bool TakesInitArguments { get; }

    /// <summary>Definition of a type that carries <see cref="WorkflowAttribute"/>.</summary>
    /// <typeparam name="T">The workflow type.</typeparam>
    /// <returns>The definition.</returns>
    /// <exception cref="AggregateException">Every problem of the type, as one <see cref="ArgumentException"/> each.</exception>
    public static WorkflowDefinition Create<T>() => Create(typeof(T));

    /// <summary>Definition of a type that carries <see cref="WorkflowAttribute"/>, the same object for the same type.</summary>
    /// <param name="type">The workflow type.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="AggregateException">Every problem of the type, as one <see cref="ArgumentException"/> each.</exception>
    public static WorkflowDefinition Create(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return DefinitionCache<WorkflowDefinition>.Get(type, static t => Create(t, null, null));
    }

    /// <summary>Definition with another name or another way to make instances.</summary>
    /// <param name="type">The workflow type.</param>
    /// <param name="nameOverride">Name instead of the attribute's; null keeps it.</param>
    /// <param name="creatorOverride">Makes an instance from the run's arguments; null uses the constructor.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="AggregateException">Every problem of the type, as one <see cref="ArgumentException"/> each.</exception>
    public static WorkflowDefinition Create(Type type, string? nameOverride, Func<object?[], object>? creatorOverride)
    {
        ArgumentNullException.ThrowIfNull(type);
        var read = WorkflowTypeReader.Read(type);
        var name = read.Attribute is { Dynamic: true } ? null : nameOverride ?? read.Attribute?.Name ?? DefinitionNames.OfType(type);
        if (name is not null && DefinitionNames.IsReserved(name))
        {
            read.Problems.Add($"Workflow name '{name}' is reserved: it must not start with '__temporal'");
        }

        if (read.Problems.Count > 0)
        {
            throw new AggregateException(
                $"Workflow type '{type.Name}' is invalid", read.Problems.Select(p => new ArgumentException(p)));
        }

        return new(read, name, creatorOverride);
    }

    /// <summary>Makes an instance.</summary>
    /// <param name="workflowArguments">Arguments of the run, used only by a constructor with <see cref="WorkflowInitAttribute"/>.</param>
    /// <returns>The instance.</returns>
    /// <exception cref="InvalidOperationException">The type cannot be instantiated.</exception>
    public object CreateWorkflowInstance(object?[] workflowArguments) => _creator is null
        ? throw new InvalidOperationException($"Workflow type '{Type.Name}' cannot be instantiated: it is an interface, abstract, or has no usable constructor.")
        : _creator(workflowArguments);

    internal static string NameFromRunMethodForCall(MethodInfo method)
    {
        if (method.GetCustomAttribute<WorkflowRunAttribute>(false) is null)
        {
            throw new ArgumentException($"'{DefinitionNames.Describe(method)}' is missing the WorkflowRun attribute");
        }

        var type = method.ReflectedType ?? method.DeclaringType!;
        var attribute = type.GetCustomAttribute<WorkflowAttribute>(false)
            ?? throw new ArgumentException($"'{type.Name}' is missing the Workflow attribute");
        return attribute.Dynamic
            ? throw new ArgumentException($"A dynamic workflow cannot be called by its type '{type.Name}'. Help: pass the name.")
            : attribute.Name ?? DefinitionNames.OfType(type);
    }
}
