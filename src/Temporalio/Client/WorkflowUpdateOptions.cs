namespace Temporalio.Client;

/// <summary>Options for executing an update.</summary>
public class WorkflowUpdateOptions : ICloneable
{
    /// <summary>Creates options.</summary>
    public WorkflowUpdateOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the update.</param>
    public WorkflowUpdateOptions(string id) => Id = id;

    /// <summary>Id of the update within the workflow; sending the same id again joins the first. Default: unset, a new GUID.</summary>
    public string? Id { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowUpdateOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
