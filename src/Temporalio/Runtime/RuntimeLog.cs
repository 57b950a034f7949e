using Microsoft.Extensions.Logging;

namespace Temporalio.Runtime;

/// <summary>Messages of runtimes; event ids 3200 to 3299.</summary>
internal static partial class RuntimeLog
{
    [LoggerMessage(3200, LogLevel.Warning, "Metrics could not be exported to '{Url}', the next export will be tried")]
    internal static partial void ExportFailed(ILogger logger, Exception exception, Uri url);
}
