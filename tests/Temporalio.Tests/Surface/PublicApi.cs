using System.Reflection;
using System.Runtime.CompilerServices;

namespace Temporalio.Tests.Surface;

/// <summary>
/// The public members of an assembly as lines like those of the official package's listing, without what reflection cannot tell
/// well: nullability of references, default values, constraints and modifiers.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
        [typeof(double)] = "double", [typeof(float)] = "float", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(object)] = "object",
        [typeof(string)] = "string", [typeof(void)] = "void",
    };

    private static readonly HashSet<string> RecordMembers = ["Equals", "GetHashCode", "ToString", "PrintMembers", "EqualityContract", "<Clone>$"];

    public static IEnumerable<string> Lines(Assembly assembly) =>
        assembly.GetTypes().Where(IsVisible).SelectMany(type => Members(type).Prepend($"type {Name(type)}"));

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static IEnumerable<string> Members(Type type)
    {
        var name = Name(type);
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"{name}.{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}");
        }

        var isRecord = type.GetMethod("<Clone>$") is not null;
        return type.GetConstructors(Declared).Where(c => IsVisible(c, type) && !c.IsStatic && !IsCopy(c, type, isRecord))
            .Select(c => $"{name}..ctor({Parameters(c)})")
            .Concat(type.GetMethods(Declared).Where(m => IsVisible(m, type) && !IsNoise(m, isRecord)).Select(m => Method(name, m)))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(a => IsVisible(a, type)) && !(isRecord && p.Name == "EqualityContract"))
                .Select(p => Property(name, p, type)))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || (f.IsFamily && !type.IsSealed)).Select(f => $"{name}.{f.Name} -> {Name(f.FieldType)}"))
            .Concat(type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!, type)).Select(e => $"event {name}.{e.Name} -> {Name(e.EventHandlerType!)}"));
    }

    private static bool IsVisible(MethodBase method, Type type) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !type.IsSealed);

    private static bool IsCopy(ConstructorInfo constructor, Type type, bool isRecord) =>
        isRecord && constructor.GetParameters() is [var only] && only.ParameterType == type;

    private static bool IsNoise(MethodInfo method, bool isRecord) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        || (isRecord && (RecordMembers.Contains(method.Name) || method.Name is "op_Equality" or "op_Inequality"))
        || method.Name.Contains('.', StringComparison.Ordinal)
        || (method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name != "Deconstruct");

    private static string Method(string type, MethodInfo method)
    {
        var name = method.Name switch
        {
            "op_Equality" => "operator ==",
            "op_Inequality" => "operator !=",
            "op_LessThan" => "operator <",
            "op_LessThanOrEqual" => "operator <=",
            "op_GreaterThan" => "operator >",
            "op_GreaterThanOrEqual" => "operator >=",
            var other => other,
        };
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : string.Empty;
        return $"{type}.{name}{generic}({Parameters(method)}) -> {Name(method.ReturnType)}";
    }

    private static string Property(string type, PropertyInfo property, Type declaring)
    {
        var accessors = string.Empty;
        if (property.GetMethod is { } get && IsVisible(get, declaring))
        {
            accessors += "get; ";
        }

        if (property.SetMethod is { } set && IsVisible(set, declaring))
        {
            var init = set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";
            accessors += (set.IsPublic || !property.GetMethod!.IsPublic ? string.Empty : "protected ") + init;
        }

        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        return $"{type}.{name} {{ {accessors}}} -> {Name(property.PropertyType)}";
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select((p, i) => (isExtension && i == 0 ? "this " : string.Empty) + Parameter(p)));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty;
        if (type.IsByRef)
        {
            prefix = parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
            type = type.GetElementType()!;
        }

        return $"{prefix}{Name(type)} {parameter.Name}";
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value);
        }

        // Arguments of a nested type include those of its parents, in front.
        var arguments = type.GetGenericArguments();
        var parts = new List<string>();
        for (var current = type; current is not null; current = current.DeclaringType)
        {
            var from = current.DeclaringType?.GetGenericArguments().Length ?? 0;
            var own = arguments[from..Math.Min(arguments.Length, current.GetGenericArguments().Length)];
            var plain = current.Name.Split('`')[0];
            parts.Insert(0, own.Length == 0 ? plain : $"{plain}<{string.Join(", ", own.Select(Name))}>");
        }

        var ns = type.Namespace;
        return (ns is null ? string.Empty : ns + ".") + string.Join(".", parts);
    }
}
