using Temporalio.Activities;

namespace Temporalio.Tests.Activities;

internal static class Shouting
{
    [Activity]
    public static string Shout(this string text) => text.ToUpperInvariant();
}
