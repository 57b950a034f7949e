using System.Reflection;
using System.Runtime.CompilerServices;
using Temporalio.Converters;

namespace Temporalio.Activities;

/// <summary>An activity as a worker registers it: its name, its signature and how to call it.</summary>
public class ActivityDefinition
{
    private const string ReservedPrefix = "__temporal";
    private const string AsyncSuffix = "Async";
    private readonly Func<object?[], object?> _invoker;
    private readonly Func<object?, Task<object?>> _toTask;

    private ActivityDefinition(
        string? name, Type returnType, IReadOnlyCollection<Type> parameterTypes, int requiredParameterCount,
        Func<object?[], object?> invoker, MethodInfo? method)
    {
        Name = name;
        ReturnType = returnType;
        ParameterTypes = parameterTypes;
        RequiredParameterCount = requiredParameterCount;
        MethodInfo = method;
        _invoker = invoker;
        _toTask = ActivityResult.Converter(returnType);
    }

    /// <summary>Name of the activity; null for the dynamic one.</summary>
    public string? Name { get; }

    /// <summary>Whether it takes every activity that has no other handler.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Return type of the method, tasks included.</summary>
    public Type ReturnType { get; }

    /// <summary>Types of the parameters.</summary>
    public IReadOnlyCollection<Type> ParameterTypes { get; }

    /// <summary>How many parameters have no default value.</summary>
    public int RequiredParameterCount { get; }

    /// <summary>The method; null when the definition was made from an invoker alone.</summary>
    public MethodInfo? MethodInfo { get; }

    /// <summary>Defines an activity from a delegate to a method with <see cref="ActivityAttribute"/>.</summary>
    /// <param name="del">The delegate.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition Create(Delegate del)
    {
        ArgumentNullException.ThrowIfNull(del);

        // Calling through the delegate's own Invoke is right for every kind of delegate, also those closed over a first argument.
        var invoke = del.GetType().GetMethod("Invoke")!;
        var bound = del.Method.GetParameters().Length - invoke.GetParameters().Length;
        return Define(
            NameFromAttribute(del.Method), del.Method, bound, args => invoke.Invoke(del, BindingFlags.DoNotWrapExceptions, null, args, null));
    }

    /// <summary>Defines an activity from a method with <see cref="ActivityAttribute"/>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="invoker">Calls it; gets as many arguments as the method has parameters.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition Create(MethodInfo method, Func<object?[], object?> invoker) =>
        CreateWithoutAttribute(NameFromAttribute(method), method, invoker);

    /// <summary>Defines an activity from a method.</summary>
    /// <param name="name">Name of the activity; null for the dynamic one.</param>
    /// <param name="method">The method.</param>
    /// <param name="invoker">Calls it; gets as many arguments as the method has parameters.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition CreateWithoutAttribute(string? name, MethodInfo method, Func<object?[], object?> invoker) =>
        Define(name, method, 0, invoker);

    /// <summary>Defines an activity without a method.</summary>
    /// <param name="name">Name of the activity; null for the dynamic one.</param>
    /// <param name="returnType">Return type, tasks included.</param>
    /// <param name="parameterTypes">Types of the parameters.</param>
    /// <param name="requiredParameterCount">How many of them a caller must give.</param>
    /// <param name="invoker">Calls it; may get fewer arguments than parameters, but not fewer than required.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentException">The name is reserved or the numbers do not fit.</exception>
    public static ActivityDefinition Create(
        string? name, Type returnType, IReadOnlyCollection<Type> parameterTypes, int requiredParameterCount, Func<object?[], object?> invoker) =>
        Create(name, returnType, parameterTypes, requiredParameterCount, invoker, null);

    /// <summary>Defines all methods of a type that have <see cref="ActivityAttribute"/>.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="instance">Object whose instance methods are called; may be null when all are static.</param>
    /// <returns>One definition per method.</returns>
    /// <exception cref="ArgumentException">There is none, or one of them cannot be an activity.</exception>
    public static IReadOnlyCollection<ActivityDefinition> CreateAll<T>(T? instance) => CreateAll(typeof(T), instance);

    /// <summary>Defines all methods of a type that have <see cref="ActivityAttribute"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="instance">Object whose instance methods are called; may be null when all are static.</param>
    /// <returns>One definition per method.</returns>
    /// <exception cref="ArgumentException">There is none, or one of them cannot be an activity.</exception>
    public static IReadOnlyCollection<ActivityDefinition> CreateAll(Type type, object? instance)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy;
        var definitions = new List<ActivityDefinition>();
        foreach (var method in type.GetMethods(All).Where(m => m.IsDefined(typeof(ActivityAttribute), inherit: false)))
        {
            if (!method.IsStatic && instance is null)
            {
                throw new ArgumentException($"Activity method '{Describe(method)}' is not static and no instance was given.", nameof(instance));
            }

            var target = method.IsStatic ? null : instance;
            definitions.Add(Create(method, args => method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, args, null)));
        }

        return definitions.Count > 0
            ? definitions
            : throw new ArgumentException($"Type '{type}' has no method with [Activity].", nameof(type));
    }

    /// <summary>Calls the activity.</summary>
    /// <param name="parameters">Arguments; trailing ones with default values may be missing.</param>
    /// <returns>Its result; an empty <see cref="ValueTuple"/> when it returns none.</returns>
    public async Task<object?> InvokeAsync(object?[] parameters)
    {
        if (parameters.Length < RequiredParameterCount)
        {
            throw new ArgumentException(
                $"Activity '{Name ?? "(dynamic)"}' needs {RequiredParameterCount} arguments, got {parameters.Length}.", nameof(parameters));
        }

        // Inside an async method a synchronous throw becomes a failed task like any other.
        return await _toTask(_invoker(parameters)).ConfigureAwait(false);
    }

    /// <summary>The activity's name that a call of this method asks for.</summary>
    internal static string NameFromMethodForCall(MethodInfo method) => NameFromAttribute(method)
        ?? throw new ArgumentException($"Dynamic activity '{Describe(method)}' cannot be called by reference. Help: call it by name.", nameof(method));

    private static string? NameFromAttribute(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<ActivityAttribute>(inherit: false)
            ?? throw new ArgumentException($"Method '{Describe(method)}' has no [Activity] attribute.", nameof(method));
        if (!attribute.Dynamic)
        {
            return attribute.Name ?? NameFromMethod(method);
        }

        return attribute.Name is null
            ? null
            : throw new ArgumentException($"Dynamic activity '{Describe(method)}' cannot have the name '{attribute.Name}'.", nameof(method));
    }

    private static ActivityDefinition Define(string? name, MethodInfo method, int bound, Func<object?[], object?> invoker)
    {
        if (method.ContainsGenericParameters)
        {
            throw new ArgumentException($"Activity method '{Describe(method)}' has open type parameters.", nameof(method));
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            throw new ArgumentException($"Activity method '{Describe(method)}' is async void: nobody can tell when it ends. Help: return Task.", nameof(method));
        }

        // Parameters that a delegate has bound already are not the caller's: a closure, or the "this" of an extension method.
        var parameters = method.GetParameters()[bound..];
        if (parameters.FirstOrDefault(p => p.ParameterType.IsByRef) is { } byRef)
        {
            throw new ArgumentException($"Activity method '{Describe(method)}' has parameter '{byRef.Name}' by reference.", nameof(method));
        }

        return Create(
            name, method.ReturnType, Array.ConvertAll(parameters, p => p.ParameterType),
            parameters.Count(p => !p.HasDefaultValue), FillDefaults(parameters, invoker), method);
    }

    private static ActivityDefinition Create(
        string? name, Type returnType, IReadOnlyCollection<Type> parameterTypes, int requiredParameterCount,
        Func<object?[], object?> invoker, MethodInfo? method)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requiredParameterCount, parameterTypes.Count);
        if (name is { Length: 0 } || name?.StartsWith(ReservedPrefix, StringComparison.Ordinal) == true)
        {
            throw new ArgumentException($"Activity name '{name}' is empty or starts with the reserved '{ReservedPrefix}'.", nameof(name));
        }

        if (name is null && (parameterTypes.Count != 1 || parameterTypes.First() != typeof(IRawValue[])))
        {
            throw new ArgumentException(
                $"A dynamic activity must have exactly one parameter of type {nameof(IRawValue)}[], this has ({string.Join(", ", parameterTypes)}).",
                nameof(parameterTypes));
        }

        return new(name, returnType, parameterTypes, requiredParameterCount, invoker, method);
    }

    private static Func<object?[], object?> FillDefaults(ParameterInfo[] parameters, Func<object?[], object?> invoker)
    {
        if (!parameters.Any(p => p.HasDefaultValue))
        {
            return invoker;
        }

        var defaults = Array.ConvertAll(parameters, p => p.HasDefaultValue ? DefaultOf(p) : null);
        return args =>
        {
            if (args.Length >= defaults.Length)
            {
                return invoker(args);
            }

            var full = (object?[])defaults.Clone();
            args.CopyTo(full, 0);
            return invoker(full);
        };
    }

    // A struct's "= default" is reported as null, which a call would refuse.
    private static object? DefaultOf(ParameterInfo parameter) =>
        parameter.DefaultValue ?? (parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? RuntimeHelpers.GetUninitializedObject(parameter.ParameterType)
            : null);

    private static string NameFromMethod(MethodInfo method)
    {
        var name = method.Name;

        // Local functions are called <Outer>g__Name|1_0 and lambdas <Outer>b__0 by the compiler.
        if (name.StartsWith('<'))
        {
            var start = name.IndexOf(">g__", StringComparison.Ordinal);
            if (start < 0)
            {
                throw new ArgumentException($"A lambda needs a name of its own as activity. Help: [Activity(\"name\")].", nameof(method));
            }

            name = name[(start + 4)..name.LastIndexOf('|')];
        }

        return ActivityResult.IsTask(method.ReturnType) && name.Length > AsyncSuffix.Length && name.EndsWith(AsyncSuffix, StringComparison.Ordinal)
            ? name[..^AsyncSuffix.Length]
            : name;
    }

    private static string Describe(MethodInfo method) => $"{method.DeclaringType?.FullName}.{method.Name}";
}
