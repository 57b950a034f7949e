using Temporalio.Common;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>Checks a worker's options as a whole and names everything that is wrong with them.</summary>
internal static class WorkerOptionsCheck
{
    /// <summary>Throws one error for all problems.</summary>
    /// <exception cref="ArgumentException">There are problems.</exception>
    internal static void Check(TemporalWorkerOptions options)
    {
        var problems = Problems(options).ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException(
                $"The worker's options cannot be used:{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", problems)}", nameof(options));
        }
    }

    private static IEnumerable<string> Problems(TemporalWorkerOptions options)
    {
        if (string.IsNullOrEmpty(options.TaskQueue))
        {
            yield return "TaskQueue is required.";
        }

        if (options.Workflows.Count == 0 && options.Activities.Count == 0)
        {
            yield return "At least one workflow or activity must be added.";
        }

        foreach (var name in Doubled(options.Activities.Select(a => a.Name)))
        {
            yield return name is null ? "There is more than one dynamic activity." : $"There is more than one activity of name '{name}'.";
        }

        foreach (var name in Doubled(options.Workflows.Select(w => w.Name)))
        {
            yield return name is null ? "There is more than one dynamic workflow." : $"There is more than one workflow of name '{name}'.";
        }

        foreach (var problem in Instantiation(options).Concat(options.VersionProblems()).Concat(Versioning(options)).Concat(Numbers(options)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string?> Doubled(IEnumerable<string?> names) =>
        names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key);

    private static IEnumerable<string> Instantiation(TemporalWorkerOptions options) =>
        options.Workflows.Where(w => !w.Instantiable).Select(w => $"Workflow '{w.Name}' of type '{w.Type}' cannot be instantiated.");

    private static IEnumerable<string> Versioning(TemporalWorkerOptions options)
    {
        if (options.DeploymentOptions is not { } deployment)
        {
            yield break;
        }

        if (deployment.Version is null)
        {
            yield return "DeploymentOptions.Version is required.";
        }

        if (!deployment.UseWorkerVersioning || deployment.DefaultVersioningBehavior != VersioningBehavior.Unspecified)
        {
            yield break;
        }

        foreach (var workflow in options.Workflows.Where(w => w.VersioningBehavior is null or VersioningBehavior.Unspecified))
        {
            yield return $"Workflow '{workflow.Name ?? "(dynamic)"}' states no versioning behavior and the deployment has no default one.";
        }
    }

    private static IEnumerable<string> Numbers(TemporalWorkerOptions options)
    {
        (string Name, double? Value)[] positive =
        [
            (nameof(options.MaxConcurrentWorkflowTasks), options.MaxConcurrentWorkflowTasks),
            (nameof(options.MaxConcurrentActivities), options.MaxConcurrentActivities),
            (nameof(options.MaxConcurrentLocalActivities), options.MaxConcurrentLocalActivities),
            (nameof(options.MaxConcurrentWorkflowTaskPolls), options.MaxConcurrentWorkflowTaskPolls),
            (nameof(options.MaxConcurrentActivityTaskPolls), options.MaxConcurrentActivityTaskPolls),
            (nameof(options.MaxActivitiesPerSecond), options.MaxActivitiesPerSecond),
            (nameof(options.MaxTaskQueueActivitiesPerSecond), options.MaxTaskQueueActivitiesPerSecond),
        ];
        foreach (var (name, value) in positive.Where(p => p.Value <= 0))
        {
            yield return $"{name} must be positive, it is {value}.";
        }

        if (options.MaxCachedWorkflows < 0)
        {
            yield return $"{nameof(options.MaxCachedWorkflows)} must not be negative, it is {options.MaxCachedWorkflows}.";
        }

        if (options.Tuner is not null
            && (options.MaxConcurrentWorkflowTasks ?? options.MaxConcurrentActivities ?? options.MaxConcurrentLocalActivities) is not null)
        {
            yield return "Tuner and the MaxConcurrent numbers cannot be set together.";
        }
    }
}
