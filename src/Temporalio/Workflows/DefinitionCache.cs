using System.Collections.Concurrent;
using System.Reflection;

namespace Temporalio.Workflows;

/// <summary>One definition per member and kind, kept for the life of the process: members are as many as the code has.</summary>
/// <typeparam name="T">Kind of definition.</typeparam>
internal static class DefinitionCache<T>
    where T : class
{
    private static readonly ConcurrentDictionary<MemberInfo, T> Cache = new();

    /// <summary>The member's definition; a failing creation is not kept.</summary>
    public static T Get<TMember>(TMember member, Func<TMember, T> create)
        where TMember : MemberInfo
    {
        return Cache.TryGetValue(member, out var known) ? known : Cache.GetOrAdd(member, create(member));
    }
}
