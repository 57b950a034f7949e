namespace Orchestrator.Cli.Output;

/// <summary>The status page as text.</summary>
internal static class StatusText
{
    public static void Write(StatusPage page)
    {
        Console.WriteLine(page.Service is { } service ? $"service: {service}" : "service: none runs for this folder ('orchestrator dev' starts one)");
        if (page.Running.Count > 0)
        {
            Console.WriteLine("\nrunning");
            TableText.Write(["workflow", "type", "since (UTC)"], [.. page.Running.Select(r => (IReadOnlyList<object?>)[r.WorkflowId, r.Type, r.StartedAt])]);
        }

        if (page.Holds.Count > 0)
        {
            Console.WriteLine("\nheld for a decision");
            TableText.Write(
                ["run", "dataset", "rules", "until (UTC)", "may decide"],
                [.. page.Holds.Select(h => (IReadOnlyList<object?>)[h.WorkflowId, h.Dataset, string.Join(", ", h.Rules), h.ExpiresAt, string.Join(", ", h.Approvers)])]);
        }

        Console.WriteLine("\npipelines");
        TableText.Write(
            ["pipeline", "published", "failed", "quarantined rows", "last run (UTC)"],
            [.. page.Pipelines.Select(p => (IReadOnlyList<object?>)[p.Pipeline, p.Published, p.Failed, p.Quarantined, p.LastRunAt])]);
        if (page.Last.Count > 0)
        {
            Console.WriteLine("\nlast runs");
            TableText.Write(
                ["pipeline", "partition", "status", "rows", "ended (UTC)", "took"],
                [.. page.Last.Select(r => (IReadOnlyList<object?>)[r.Pipeline, r.Partition, r.Status, r.Rows, r.EndedAt, TimeSpan.FromSeconds(r.Seconds)])]);
        }

        if (page.Failures.Count > 0)
        {
            Console.WriteLine("\nfailures");
            foreach (var failure in page.Failures)
            {
                Console.WriteLine($"  {failure.Pipeline} {failure.Partition}: {failure.Reason}\n    orchestrator show run/{failure.Pipeline}/{failure.Partition}");
            }
        }

        foreach (var broken in page.Broken)
        {
            Console.WriteLine($"\nnot readable: {broken.Folder}\n  {broken.Error}\n  Help: 'orchestrator validate {broken.Folder}' shows all errors.");
        }
    }
}
