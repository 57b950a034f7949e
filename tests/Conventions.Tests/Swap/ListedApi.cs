using System.Text.RegularExpressions;

namespace Conventions.Tests.Swap;

/// <summary>
/// The types of a listing that can be built here. Rule: a line that names a type which neither the listing, nor the wire messages, nor the packages of this tree hold
/// is left out; a type whose own heading is left out is held by nobody; and so on until nothing changes. (Nexus goes because <c>NexusRpc</c> is not in the tree,
/// the cloud's procedures because their messages are not.)
/// </summary>
internal sealed partial class ListedApi
{
    private ListedApi(IReadOnlyList<ListedType> types) => Types = types;

    public IReadOnlyList<ListedType> Types { get; }

    /// <param name="path">The listing.</param>
    /// <param name="messages">Full names of the wire messages in this tree, nested ones with dots.</param>
    public static ListedApi Read(string path, IReadOnlySet<string> messages)
    {
        List<ListedType> types = [];
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line.StartsWith("type ", StringComparison.Ordinal))
            {
                types.Add(ListedType.Parse(line));
            }
            else
            {
                types[^1].Members.Add(ListedMember.Parse(line, types[^1].Name));
            }
        }

        for (var before = -1; before != types.Count;)
        {
            before = types.Count;
            var held = types.Select(t => ListedType.Key(t.Name)).Concat(messages).ToHashSet(StringComparer.Ordinal);
            types.RemoveAll(t => !Holds(held, string.Join(", ", t.Bases) + t.Constraints) || !IsHeld(held, Parent(t.Name)));
            types.ForEach(t => t.Members.RemoveAll(m => !Holds(held, m.Signature)));
        }

        return new(types);
    }

    /// <summary>The type that a nested one lies in, or its namespace.</summary>
    public static string Parent(string name)
    {
        var plain = Arguments().Replace(name, string.Empty);
        return plain[..plain.LastIndexOf('.')];
    }

    private static bool Holds(HashSet<string> held, string signature) => Names().Matches(signature).All(m => IsHeld(held, KeyAt(signature, m.Index, m.Index + m.Length)));

    /// <summary>The name with the number of its type arguments, when some follow.</summary>
    private static string KeyAt(string signature, int from, int to)
    {
        if (to == signature.Length || signature[to] != '<')
        {
            return signature[from..to];
        }

        var end = to;
        for (var depth = 0; depth > 0 || end == to; end++)
        {
            depth += signature[end] switch { '<' => 1, '>' => -1, _ => 0 };
        }

        return ListedType.Key(signature[from..end]);
    }

    /// <summary>Default values name a value of an enum without its namespace and so do not match.</summary>
    private static bool IsHeld(HashSet<string> held, string name) =>
        held.Contains(name) || held.Any(h => h.StartsWith(name + ".", StringComparison.Ordinal));

    [GeneratedRegex(@"(?:Temporalio|NexusRpc)(?:\.\w+)+")]
    private static partial Regex Names();

    [GeneratedRegex(@"<[^<>]*>")]
    private static partial Regex Arguments();
}
