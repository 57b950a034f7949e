namespace Temporalio.Worker.Activations;

/// <summary>Order of kinds of jobs within one activation, as every SDK built on the common core keeps it.</summary>
internal enum JobRank
{
    Initialize,
    Patch,
    Seed,
    SignalOrUpdate,
    Other,
    LocalActivity,
    Query,
}
