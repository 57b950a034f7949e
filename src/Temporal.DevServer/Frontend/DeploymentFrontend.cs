using Temporalio.Api.Deployment.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>
/// Worker deployments. This server never routes by version, so there are none: lists are empty, names are not found, and making one is refused.
/// </summary>
internal static class DeploymentFrontend
{
    public static void Map(ServiceMap map)
    {
        map.Add<ListWorkerDeploymentsRequest, ListWorkerDeploymentsResponse>("ListWorkerDeployments", _ => new ListWorkerDeploymentsResponse());
        map.Add<DescribeWorkerDeploymentRequest, DescribeWorkerDeploymentResponse>(
            "DescribeWorkerDeployment", Missing<DescribeWorkerDeploymentRequest, DescribeWorkerDeploymentResponse>(r => Named(r.DeploymentName, "WorkerDeploymentName")));
        map.Add<SetWorkerDeploymentCurrentVersionRequest, SetWorkerDeploymentCurrentVersionResponse>(
            "SetWorkerDeploymentCurrentVersion",
            Missing<SetWorkerDeploymentCurrentVersionRequest, SetWorkerDeploymentCurrentVersionResponse>(r => Named(r.DeploymentName, "deployment name")));
        map.Add<SetWorkerDeploymentRampingVersionRequest, SetWorkerDeploymentRampingVersionResponse>(
            "SetWorkerDeploymentRampingVersion",
            Missing<SetWorkerDeploymentRampingVersionRequest, SetWorkerDeploymentRampingVersionResponse>(r => Named(r.DeploymentName, "WorkerDeploymentName")));
        map.Add<SetWorkerDeploymentManagerRequest, SetWorkerDeploymentManagerResponse>(
            "SetWorkerDeploymentManager",
            Missing<SetWorkerDeploymentManagerRequest, SetWorkerDeploymentManagerResponse>(r =>
                r.Identity.Length > 0 ? Named(r.DeploymentName, "WorkerDeploymentName") : throw ServiceErrors.InvalidArgument("Identity is required")));
        map.Add<DeleteWorkerDeploymentRequest, DeleteWorkerDeploymentResponse>("DeleteWorkerDeployment", r =>
        {
            Named(r.DeploymentName, "WorkerDeploymentName");
            return new DeleteWorkerDeploymentResponse();
        });
        map.Add<DescribeWorkerDeploymentVersionRequest, DescribeWorkerDeploymentVersionResponse>(
            "DescribeWorkerDeploymentVersion",
            new Func<DescribeWorkerDeploymentVersionRequest, DescribeWorkerDeploymentVersionResponse>(r => throw (
                r.DeploymentVersion is null && r.Version.Length == 0
                    ? ServiceErrors.InvalidArgument("deployment version cannot be empty")
                    : ServiceErrors.NotFound("Worker Deployment Version not found"))));
        map.Add<DeleteWorkerDeploymentVersionRequest, DeleteWorkerDeploymentVersionResponse>(
            "DeleteWorkerDeploymentVersion",
            new Func<DeleteWorkerDeploymentVersionRequest, DeleteWorkerDeploymentVersionResponse>(r =>
                throw ServiceErrors.WorkflowNotFound("temporal-sys-worker-deployment:" + Version(r.DeploymentVersion, r.Version).DeploymentName)));

        foreach (var name in new[] { "CreateWorkerDeployment", "CreateWorkerDeploymentVersion", "UpdateWorkerDeploymentVersionComputeConfig" })
        {
            map.Refuse(name, () => ServiceErrors.InvalidArgument("deployment name cannot be empty"));
        }

        map.Refuse("ValidateWorkerDeploymentVersionComputeConfig", () => ServiceErrors.InvalidArgument(
            "No prior compute config found, which means nothing can be removed and something needs to be added to be valid"));
        map.Refuse("UpdateWorkerDeploymentVersionMetadata", () => ServiceErrors.InvalidArgument("At least one of remove_entries or upsert_entries must be provided"));
    }

    private static string Named(string name, string field) =>
        name.Length > 0 ? name : throw ServiceErrors.InvalidArgument($"{field} cannot be empty");

    private static WorkerDeploymentVersion Version(WorkerDeploymentVersion? version, string text)
    {
        if (version is not null)
        {
            return version;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            ? new WorkerDeploymentVersion { DeploymentName = text[..dot], BuildId = text[(dot + 1)..] }
            : throw ServiceErrors.InvalidArgument($"invalid version string \"{text}\", expected format is \"<deployment_name>.<build_id>\"");
    }

    private static Func<TRequest, TResponse> Missing<TRequest, TResponse>(Func<TRequest, string> name) => request =>
        throw ServiceErrors.NotFound($"no Worker Deployment found with name '{name(request)}'; does your Worker Deployment have pollers?");
}
