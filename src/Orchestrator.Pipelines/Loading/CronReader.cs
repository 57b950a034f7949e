using Orchestrator.Pipelines.Scheduling;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads cron expressions.</summary>
internal static class CronReader
{
    /// <summary>The expression; null when none is given or after an error.</summary>
    public static CronExpression? Read(SpecNode node, ErrorList errors)
    {
        if (node.Text is not { } text)
        {
            return null;
        }

        try
        {
            return CronExpression.Parse(text);
        }
        catch (FormatException failure)
        {
            errors.Add(node.Place, failure.Message, "a cron expression such as '30 6 * * mon-fri'", $"'{text}'");
            return null;
        }
    }
}
