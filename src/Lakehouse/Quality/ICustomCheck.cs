namespace Lakehouse.Quality;

/// <summary>
/// A check written in C#, for what SQL says badly. A contract names it in a custom rule of engine <c>dotnet</c>; the host gives it by that name in
/// <see cref="CheckRequest.CustomChecks"/>. One instance serves many runs at once, so it keeps no state.
/// </summary>
public interface ICustomCheck
{
    /// <summary>Measures the rows. An exception reports the rule as broken with the kind of exception, and the other rules still run.</summary>
    /// <param name="context">The rows and the rule's settings.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    CustomCheckResult Measure(CustomCheckContext context, CancellationToken cancellationToken);
}
