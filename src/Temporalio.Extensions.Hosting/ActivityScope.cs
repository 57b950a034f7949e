using Microsoft.Extensions.DependencyInjection;

namespace Temporalio.Extensions.Hosting;

/// <summary>
/// The dependency injection scope of the activity that runs. An interceptor may set its own before it calls the next one; then the activity uses
/// that and whoever set it disposes it. Both values flow with the asynchronous call.
/// </summary>
public static class ActivityScope
{
    private static readonly AsyncLocal<IServiceScope?> Scope = new();
    private static readonly AsyncLocal<object?> Instance = new();

    /// <summary>Scope that the activity's services come from. Default: a new one for each call, made when the activity itself is reached, so none in interceptors.</summary>
    public static IServiceScope? ServiceScope
    {
        get => Scope.Value;
        set => Scope.Value = value;
    }

    /// <summary>Object whose method is the activity; not used by static ones. Default: what <see cref="ServiceScope"/> gives for the type.</summary>
    public static object? ScopedInstance
    {
        get => Instance.Value;
        set => Instance.Value = value;
    }
}
