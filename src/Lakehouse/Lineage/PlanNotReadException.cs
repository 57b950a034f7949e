namespace Lakehouse.Lineage;

/// <summary>A plan holds something whose meaning is not known here. Never leaves this namespace: lineage falls back to tables.</summary>
internal sealed class PlanNotReadException(string what) : Exception(what);
