namespace Lakehouse.Simulation;

/// <summary>How one seed went.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">Turns the scheduler gave.</param>
/// <param name="Commits">Commits in the log, but for the first.</param>
/// <param name="Conflicts">Conflicts the writers met.</param>
/// <param name="Crashes">Writers that died.</param>
/// <param name="Vacuumed">Data files a vacuum or a sweep took away.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
public sealed record Outcome(int Seed, int Steps, int Commits, int Conflicts, int Crashes, int Vacuumed, string? Problem);
