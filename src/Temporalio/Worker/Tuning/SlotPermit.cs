namespace Temporalio.Worker.Tuning;

/// <summary>Permission to use one slot.</summary>
public class SlotPermit
{
    /// <summary>Creates a permit.</summary>
    public SlotPermit()
    {
    }

    /// <summary>Creates a permit that carries data of its supplier.</summary>
    /// <param name="data">The data.</param>
    public SlotPermit(object data) => UserData = data;

    /// <summary>Data of the supplier. Default: none.</summary>
    public object? UserData { get; init; }
}
