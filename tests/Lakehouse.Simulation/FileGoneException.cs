namespace Lakehouse.Simulation;

/// <summary>A file that a snapshot names is not there: right for who has not pinned the version, while a vacuum keeps nothing.</summary>
public sealed class FileGoneException(string path) : Exception($"File '{path}' is gone although a snapshot in use names it.");
