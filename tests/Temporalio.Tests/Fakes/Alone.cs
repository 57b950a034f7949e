namespace Temporalio.Tests.Fakes;

/// <summary>Tests that measure memory or time run after all others, one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
