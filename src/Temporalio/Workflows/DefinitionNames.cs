using System.Reflection;

namespace Temporalio.Workflows;

/// <summary>Default names of definitions and the names nobody may take.</summary>
internal static class DefinitionNames
{
    private const string ReservedPrefix = "__temporal";

    /// <summary>Method name without a trailing <c>Async</c>.</summary>
    public static string OfMethod(string methodName) =>
        methodName.Length > 5 && methodName.EndsWith("Async", StringComparison.Ordinal) ? methodName[..^5] : methodName;

    /// <summary>Type name without generic arity; an interface loses a leading <c>I</c> before a capital.</summary>
    public static string OfType(Type type)
    {
        var name = type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        name = tick < 0 ? name : name[..tick];
        return type.IsInterface && name.Length > 1 && name[0] == 'I' && char.IsUpper(name[1]) ? name[1..] : name;
    }

    /// <summary>Whether the name belongs to the SDK.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(ReservedPrefix, StringComparison.Ordinal) || name is "__stack_trace" or "__enhanced_stack_trace";

    /// <summary>Throws for a name that belongs to the SDK.</summary>
    public static void RefuseReserved(string kind, string? name)
    {
        if (name is not null && IsReserved(name))
        {
            throw new ArgumentException($"{kind} name '{name}' is reserved: it must not start with '{ReservedPrefix}' or be '__stack_trace' or '__enhanced_stack_trace'.");
        }
    }

    /// <summary>Problems that instance methods of all kinds share: visibility and staticness.</summary>
    public static IEnumerable<string> InstanceMethodProblems(string attribute, MethodInfo method)
    {
        if (!method.IsPublic)
        {
            yield return $"{attribute} on '{Describe(method)}' must be public";
        }

        if (method.IsStatic)
        {
            yield return $"{attribute} on '{Describe(method)}' must not be static";
        }

        if (method.IsGenericMethodDefinition)
        {
            yield return $"{attribute} on '{Describe(method)}' must not be generic";
        }
    }

    /// <summary>Whether a dynamic handler's parameters are the name and the raw arguments.</summary>
    public static bool AreDynamicParameters(IReadOnlyList<ParameterInfo> parameters) =>
        parameters.Count == 2 && parameters[0].ParameterType == typeof(string) && parameters[1].ParameterType == typeof(Converters.IRawValue[]);

    /// <summary>Type and method name for error texts.</summary>
    public static string Describe(MemberInfo member) => $"{member.DeclaringType?.Name}.{member.Name}";

    /// <summary>Throws all problems at once when there are any.</summary>
    public static void ThrowIfAny(string subject, IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new ArgumentException($"{subject}: {string.Join(", ", problems)}");
        }
    }
}
