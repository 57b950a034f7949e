using System.Reflection;

namespace Temporalio.Tests.Surface;

/// <summary>Types as the listing writes them: keywords for built-in ones, full names, <c>?</c> where null may be.</summary>
internal static class TypeText
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
        [typeof(double)] = "double", [typeof(float)] = "float", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(object)] = "object",
        [typeof(string)] = "string", [typeof(void)] = "void",
    };

    public static string Of(Type type) => Of(type, null);

    public static string Of(ParameterInfo parameter) => Locked(() => Of(Plain(parameter.ParameterType), Nullability.Create(parameter)));

    public static string Of(PropertyInfo property) => Locked(() => Of(property.PropertyType, Nullability.Create(property)));

    public static string Of(FieldInfo field) => Locked(() => Of(field.FieldType, Nullability.Create(field)));

    public static string Of(EventInfo @event) => Locked(() => Of(@event.EventHandlerType!, Nullability.Create(@event)));

    private static string Locked(Func<string> read)
    {
        lock (Nullability)
        {
            return read();
        }
    }

    private static Type Plain(Type type) => type.IsByRef ? type.GetElementType()! : type;

    private static string Of(Type type, NullabilityInfo? info)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value, info is { GenericTypeArguments: [var inner] } ? inner : info) + "?";
        }

        // Of a parameter without constraint nobody can tell whether null was meant.
        var mark = !type.IsValueType && !type.IsGenericParameter && State(info) == NullabilityState.Nullable ? "?" : string.Empty;
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        return type.IsArray ? $"{Of(type.GetElementType()!, info?.ElementType)}[]{mark}" : Name(type, info) + mark;
    }

    private static NullabilityState State(NullabilityInfo? info) =>
        info is null ? NullabilityState.Unknown : info.ReadState == NullabilityState.Unknown ? info.WriteState : info.ReadState;

    private static string Name(Type type, NullabilityInfo? info)
    {
        // Arguments of a nested type include those of its parents, in front.
        var arguments = type.GetGenericArguments();
        var texts = arguments.Select((a, i) => Of(a, info is not null && i < info.GenericTypeArguments.Length ? info.GenericTypeArguments[i] : null)).ToArray();
        var parts = new List<string>();
        for (var current = type; current is not null; current = current.DeclaringType)
        {
            var from = current.DeclaringType?.GetGenericArguments().Length ?? 0;
            var own = texts[from..Math.Min(texts.Length, current.GetGenericArguments().Length)];
            var plain = current.Name.Split('`')[0];
            parts.Insert(0, own.Length == 0 ? plain : $"{plain}<{string.Join(", ", own)}>");
        }

        return (type.Namespace is { } ns ? ns + "." : string.Empty) + string.Join(".", parts);
    }
}
