using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Api.Enums.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>Options of a client over an existing connection.</summary>
public class TemporalClientOptions : ICloneable
{
    /// <summary>Namespace of everything the client does. Default: <c>default</c>.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>How values and failures look on the wire. Default: <see cref="Converters.DataConverter.Default"/>.</summary>
    public DataConverter DataConverter { get; set; } = DataConverter.Default;

    /// <summary>Interceptors, the first outermost. Those that also intercept workers apply to workers of this client. Default: none.</summary>
    public IReadOnlyCollection<IClientInterceptor>? Interceptors { get; set; }

    /// <summary>Loggers of the client and, unless they have their own, of its workers. Default: none.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>When queries are rejected instead of run. Default: unset, never.</summary>
    public QueryRejectCondition? QueryRejectCondition { get; set; }

    /// <summary>Plugins, the first outermost. Those that are also worker plugins apply to workers of this client. Default: none.</summary>
    public IReadOnlyCollection<ITemporalClientPlugin>? Plugins { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
