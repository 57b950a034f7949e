using System.Reflection;
using Temporalio.Converters;

namespace Temporalio.Workflows;

/// <summary>Reads a workflow type by reflection, once, and gathers every problem instead of stopping at the first.</summary>
internal sealed class WorkflowTypeReader
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private readonly Dictionary<string, WorkflowSignalDefinition> _signals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WorkflowQueryDefinition> _queries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WorkflowUpdateDefinition> _updates = new(StringComparer.Ordinal);

    private WorkflowTypeReader(Type type) => Type = type;

    public Type Type { get; }

    public WorkflowAttribute? Attribute { get; private set; }

    public MethodInfo? RunMethod { get; private set; }

    public ConstructorInfo? InitConstructor { get; private set; }

    public IReadOnlyDictionary<string, WorkflowSignalDefinition> Signals => _signals;

    public IReadOnlyDictionary<string, WorkflowQueryDefinition> Queries => _queries;

    public IReadOnlyDictionary<string, WorkflowUpdateDefinition> Updates => _updates;

    public WorkflowSignalDefinition? DynamicSignal { get; private set; }

    public WorkflowQueryDefinition? DynamicQuery { get; private set; }

    public WorkflowUpdateDefinition? DynamicUpdate { get; private set; }

    public Func<object?, WorkflowDefinitionOptions>? DynamicOptionsGetter { get; private set; }

    public List<string> Problems { get; } = [];

    public static WorkflowTypeReader Read(Type type)
    {
        var reader = new WorkflowTypeReader(type) { Attribute = type.GetCustomAttribute<WorkflowAttribute>(false) };
        if (reader.Attribute is null)
        {
            reader.Problems.Add($"'{type.Name}' is missing the Workflow attribute");
        }
        else if (reader.Attribute is { Dynamic: true, Name: not null })
        {
            reader.Problems.Add($"Workflow attribute on '{type.Name}' cannot be dynamic and have a name");
        }

        if (type.ContainsGenericParameters)
        {
            reader.Problems.Add($"'{type.Name}' has open generic parameters");
        }

        reader.ReadConstructors();
        reader.ReadMembers();
        reader.CheckRun();
        return reader;
    }

    /// <summary>Makes instances through the constructor; null when the type has none to use.</summary>
    public Func<object?[], object>? MakeCreator()
    {
        if (Type.IsInterface || Type.IsAbstract)
        {
            return null;
        }

        if (InitConstructor is { } init)
        {
            var invoker = ConstructorInvoker.Create(init);
            var count = init.GetParameters().Length;
            return args => invoker.Invoke(args.Length == count ? args.AsSpan() : args.AsSpan(0, count));
        }

        if (Type.GetConstructor(Type.EmptyTypes) is { } plain)
        {
            var invoker = ConstructorInvoker.Create(plain);
            return _ => invoker.Invoke();
        }

        return Type.IsValueType ? _ => Activator.CreateInstance(Type)! : null;
    }

    private void ReadConstructors()
    {
        foreach (var constructor in Type.GetConstructors(All).Where(c => c.IsDefined(typeof(WorkflowInitAttribute), false)))
        {
            if (InitConstructor is not null)
            {
                Problems.Add($"WorkflowInit on multiple constructors of '{Type.Name}'");
            }
            else if (!constructor.IsPublic)
            {
                Problems.Add($"WorkflowInit constructor of '{Type.Name}' must be public");
            }

            InitConstructor = constructor;
        }
    }

    private void ReadMembers()
    {
        var methods = Type.GetMethods(All);
        foreach (var method in methods)
        {
            Collect(method, methods);
        }

        foreach (var property in Type.GetProperties(All))
        {
            if (property.IsDefined(typeof(WorkflowQueryAttribute), false))
            {
                AddQuery(property, () => WorkflowQueryDefinition.FromProperty(property));
            }
        }

        foreach (var validator in methods)
        {
            if (validator.GetCustomAttribute<WorkflowUpdateValidatorAttribute>(false) is { } named
                && !methods.Any(m => m.Name == named.UpdateMethod && m.IsDefined(typeof(WorkflowUpdateAttribute), false)))
            {
                Problems.Add($"WorkflowUpdateValidator on '{DefinitionNames.Describe(validator)}' names '{named.UpdateMethod}', which is not a WorkflowUpdate method of '{Type.Name}'");
            }
        }
    }

    private void Collect(MethodInfo method, MethodInfo[] methods)
    {
        CheckOverride<WorkflowRunAttribute>(method);
        CheckOverride<WorkflowSignalAttribute>(method);
        CheckOverride<WorkflowQueryAttribute>(method);
        CheckOverride<WorkflowUpdateAttribute>(method);
        if (method.IsDefined(typeof(WorkflowRunAttribute), false))
        {
            AddRun(method);
        }

        if (method.IsDefined(typeof(WorkflowSignalAttribute), false))
        {
            AddSignal(method);
        }

        if (method.IsDefined(typeof(WorkflowQueryAttribute), false))
        {
            AddQuery(method, () => WorkflowQueryDefinition.FromMethod(method));
        }

        if (method.IsDefined(typeof(WorkflowUpdateAttribute), false))
        {
            AddUpdate(method, methods);
        }

        if (method.IsDefined(typeof(WorkflowDynamicOptionsAttribute), false))
        {
            AddDynamicOptions(method);
        }
    }

    private void CheckOverride<TAttribute>(MethodInfo method)
        where TAttribute : Attribute
    {
        var origin = method.GetBaseDefinition();
        if (origin != method && origin.IsDefined(typeof(TAttribute), false) && !method.IsDefined(typeof(TAttribute), false))
        {
            var name = typeof(TAttribute).Name.Replace("Attribute", string.Empty, StringComparison.Ordinal);
            Problems.Add($"{name} is on '{DefinitionNames.Describe(origin)}' but not on its override '{DefinitionNames.Describe(method)}': repeat it");
        }
    }

    private void AddRun(MethodInfo method)
    {
        if (RunMethod is not null)
        {
            Problems.Add($"WorkflowRun on multiple methods of '{Type.Name}': '{RunMethod.Name}' and '{method.Name}'");
            return;
        }

        RunMethod = method;
        Problems.AddRange(DefinitionNames.InstanceMethodProblems("WorkflowRun", method));
        if (!typeof(Task).IsAssignableFrom(method.ReturnType))
        {
            Problems.Add($"WorkflowRun on '{DefinitionNames.Describe(method)}' must return Task or Task<T>");
        }

        if (Attribute is { Dynamic: true }
            && (method.GetParameters() is not [var only] || only.ParameterType != typeof(IRawValue[])))
        {
            Problems.Add($"WorkflowRun on '{DefinitionNames.Describe(method)}' is of a dynamic workflow and must take one array of IRawValue");
        }
    }

    private void AddSignal(MethodInfo method) => Guard(() =>
    {
        var definition = WorkflowSignalDefinition.FromMethod(method);
        if (definition.Name is { } name ? !_signals.TryAdd(name, definition) : DynamicSignal is not null)
        {
            Problems.Add(definition.Name is null ? $"'{Type.Name}' has multiple dynamic signals" : $"'{Type.Name}' has more than one signal named '{definition.Name}'");
        }

        DynamicSignal = definition.Dynamic ? definition : DynamicSignal;
    });

    private void AddQuery(MemberInfo member, Func<WorkflowQueryDefinition> create) => Guard(() =>
    {
        var definition = create();
        if (definition.Name is { } name ? !_queries.TryAdd(name, definition) : DynamicQuery is not null)
        {
            Problems.Add(definition.Name is null ? $"'{Type.Name}' has multiple dynamic queries" : $"'{Type.Name}' has more than one query named '{definition.Name}' (again at '{member.Name}')");
        }

        DynamicQuery = definition.Dynamic ? definition : DynamicQuery;
    });

    private void AddUpdate(MethodInfo method, MethodInfo[] methods) => Guard(() =>
    {
        var validators = methods
            .Where(m => m.GetCustomAttribute<WorkflowUpdateValidatorAttribute>(false)?.UpdateMethod == method.Name).ToList();
        if (validators.Count > 1)
        {
            Problems.Add($"'{Type.Name}' has multiple validators for update method '{method.Name}'");
        }

        Problems.AddRange(validators.SelectMany(v => DefinitionNames.InstanceMethodProblems("WorkflowUpdateValidator", v)));
        var definition = WorkflowUpdateDefinition.FromMethod(method, validators.FirstOrDefault());
        if (definition.Name is { } name ? !_updates.TryAdd(name, definition) : DynamicUpdate is not null)
        {
            Problems.Add(definition.Name is null ? $"'{Type.Name}' has multiple dynamic updates" : $"'{Type.Name}' has more than one update named '{definition.Name}'");
        }

        DynamicUpdate = definition.Dynamic ? definition : DynamicUpdate;
    });

    private void AddDynamicOptions(MethodInfo method)
    {
        if (Attribute is not { Dynamic: true })
        {
            Problems.Add($"WorkflowDynamicOptions on '{DefinitionNames.Describe(method)}' is allowed on a dynamic workflow only");
        }
        else if (method.GetParameters().Length > 0 || method.ReturnType != typeof(WorkflowDefinitionOptions) || method.IsStatic)
        {
            Problems.Add($"WorkflowDynamicOptions on '{DefinitionNames.Describe(method)}' must be an instance method without parameters that returns WorkflowDefinitionOptions");
        }
        else
        {
            var handler = new HandlerMethod(method);
            DynamicOptionsGetter = instance => (WorkflowDefinitionOptions)handler.Invoke(instance, [])!;
        }
    }

    private void CheckRun()
    {
        if (RunMethod is null)
        {
            Problems.Add($"'{Type.Name}' does not have a WorkflowRun method");
        }
        else if (InitConstructor is { } init
            && !init.GetParameters().Select(p => p.ParameterType).SequenceEqual(RunMethod.GetParameters().Select(p => p.ParameterType)))
        {
            Problems.Add($"WorkflowInit constructor of '{Type.Name}' must have the parameters of '{RunMethod.Name}'");
        }
    }

    private void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (ArgumentException e)
        {
            Problems.Add(e.Message);
        }
    }
}
