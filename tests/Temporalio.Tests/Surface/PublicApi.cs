using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Temporalio.Tests.Surface;

/// <summary>The public members of an assembly as lines like those of the official package's listing, notes aside.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> RecordMembers = ["Equals", "GetHashCode", "ToString", "PrintMembers", "EqualityContract", "<Clone>$"];

    public static IEnumerable<string> Lines(Assembly assembly) =>
        assembly.GetTypes().Where(IsVisible).SelectMany(type => Members(type).Prepend(Heading(type)));

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static string Heading(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : IsRecord(type) ? "record" : "class";
        var modifiers = type.IsEnum || type.IsInterface || type.IsValueType ? [] : new[]
        {
            (type.IsNestedFamily || type.IsNestedFamORAssem, "protected"),
            (type is { IsAbstract: true, IsSealed: true }, "static"),
            (type is { IsAbstract: true, IsSealed: false }, "abstract"),
            (type is { IsAbstract: false, IsSealed: true }, "sealed"),
        }.Where(m => m.Item1).Select(m => m.Item2 + " ");
        var bases = Bases(type).ToList();
        var list = bases.Count == 0 || type.IsEnum ? string.Empty : " : " + string.Join(", ", bases);
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0);
        return $"type {TypeText.Of(type)} = {string.Concat(modifiers)}{kind}{list}{Constraints(own)}";
    }

    /// <summary>The base class, then interfaces that neither it nor another interface brings, in order of their names.</summary>
    private static IEnumerable<string> Bases(Type type)
    {
        var parent = type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) ? b : null;
        var all = type.GetInterfaces();
        var brought = all.SelectMany(i => i.GetInterfaces()).Concat(parent?.GetInterfaces() ?? []).ToHashSet();
        var own = all.Where(i => !brought.Contains(i) && i.IsVisible && !(IsRecord(type) && i == typeof(IEquatable<>).MakeGenericType(type)));
        return (parent is null ? [] : new[] { TypeText.Of(parent) }).Concat(own.Select(TypeText.Of).Order(StringComparer.Ordinal));
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Declared) is not null;

    private static IEnumerable<string> Members(Type type)
    {
        var name = TypeText.Of(type);
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"{name}.{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        var isRecord = IsRecord(type);
        return type.GetConstructors(Declared).Where(c => IsVisible(c, type) && !c.IsStatic && !IsCopy(c, type, isRecord))
            .Select(c => $"{name}..ctor({Parameters(c)}){(c.IsPublic ? string.Empty : "  protected")}")
            .Concat(type.GetMethods(Declared).Where(m => IsVisible(m, type) && !IsNoise(m, isRecord)).Select(m => Method(name, m)))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(a => IsVisible(a, type)) && !(isRecord && p.Name == "EqualityContract"))
                .Select(p => Property(name, p, type)))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || ((f.IsFamily || f.IsFamilyOrAssembly) && !type.IsSealed)).Select(f => Field(name, f)))
            .Concat(type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!, type)).Select(e => $"event {name}.{e.Name} -> {TypeText.Of(e)}"));
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
        var constraints = method.IsGenericMethod && method.GetBaseDefinition() == method ? Constraints(method.GetGenericArguments()) : string.Empty;
        return $"{type}.{name}{generic}({Parameters(method)}) -> {TypeText.Of(method.ReturnParameter)}{constraints}{Modifiers(method)}";
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
        return $"{type}.{name} {{ {accessors}}} -> {TypeText.Of(property)}{Modifiers(property.GetMethod ?? property.SetMethod!)}";
    }

    private static string Field(string type, FieldInfo field)
    {
        var modifiers = new[] { (!field.IsPublic, "protected"), (field.IsStatic && !field.IsLiteral, "static"), (field.IsInitOnly, "readonly"), (field.IsLiteral, "const") };
        return $"{type}.{field.Name} -> {TypeText.Of(field)}{Joined(modifiers)}";
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return string.Empty;
        }

        var overrides = method.GetBaseDefinition() != method;
        return Joined([
            (!method.IsPublic, "protected"),
            (method.IsStatic, "static"),
            (method.IsAbstract, "abstract"),
            (method is { IsVirtual: true, IsFinal: false, IsAbstract: false } && !overrides, "virtual"),
            (overrides, "override"),
            (overrides && method.IsFinal, "sealed"),
        ]);
    }

    private static string Joined(IEnumerable<(bool Is, string Name)> modifiers)
    {
        var text = string.Join(' ', modifiers.Where(m => m.Is).Select(m => m.Name));
        return text.Length == 0 ? text : "  " + text;
    }

    private static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(p =>
    {
        var kinds = new List<string>();
        var attributes = p.GenericParameterAttributes;
        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            kinds.Add("struct");
        }
        else
        {
            var isNotNull = p.GetGenericParameterConstraints().Length == 0 && IsNotNull(p);
            kinds.AddRange(attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : isNotNull ? ["notnull"] : []);
            kinds.AddRange(p.GetGenericParameterConstraints().Select(TypeText.Of));
        }

        return kinds.Count == 0 ? string.Empty : $" where {p.Name} : {string.Join(", ", kinds)}";
    }));

    /// <summary>The compiler writes <c>notnull</c> as the nullability of the parameter: on itself, or once on what holds it.</summary>
    private static bool IsNotNull(Type parameter)
    {
        IEnumerable<MemberInfo?> holders = [parameter.DeclaringMethod, .. Outwards(parameter.DeclaringType)];
        var flag = Flag(parameter, "NullableAttribute") ?? holders.OfType<MemberInfo>().Select(h => Flag(h, "NullableContextAttribute")).FirstOrDefault(f => f is not null);
        return flag == 1;
    }

    private static byte? Flag(MemberInfo holder, string attribute) => holder.GetCustomAttributesData()
        .Where(a => a.AttributeType.Name == attribute).Select(a => a.ConstructorArguments[0].Value as byte?).FirstOrDefault();

    private static IEnumerable<Type> Outwards(Type? type)
    {
        for (; type is not null; type = type.DeclaringType)
        {
            yield return type;
        }
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select((p, i) => (isExtension && i == 0 ? "this " : string.Empty) + Parameter(p)));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty;
        if (parameter.ParameterType.IsByRef)
        {
            prefix = parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        }

        return $"{prefix}{TypeText.Of(parameter)} {parameter.Name}{Default(parameter)}";
    }

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue)
        {
            return string.Empty;
        }

        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return " = " + parameter.DefaultValue switch
        {
            null => "null",
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            var value when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
