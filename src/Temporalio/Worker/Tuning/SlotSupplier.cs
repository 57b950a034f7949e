namespace Temporalio.Worker.Tuning;

/// <summary>Decides how many tasks of one kind a worker does at once. Use one of the derived classes.</summary>
public abstract class SlotSupplier
{
    private protected SlotSupplier()
    {
    }
}
