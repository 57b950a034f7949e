using System.Security.Cryptography;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Planning;

/// <summary>The compact copy of a ledger as bytes: a version, a hash of what follows, then one record for each partition; texts that repeat are written once.</summary>
internal static class LedgerIndexFormat
{
    /// <summary>Raised with every change of the layout: a copy of another is read as none.</summary>
    private const int Version = 6;

    private const int HeaderBytes = sizeof(int) + SHA256.HashSizeInBytes;

    /// <summary>Writes facts.</summary>
    public static byte[] Write(IReadOnlyCollection<LedgerFact> facts)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(new byte[HeaderBytes]);
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        writer.Write(facts.Count);
        foreach (var fact in facts)
        {
            Write(writer, fact, texts);
        }

        var bytes = memory.ToArray();
        BitConverter.TryWriteBytes(bytes, Version);
        SHA256.HashData(bytes.AsSpan(HeaderBytes), bytes.AsSpan(sizeof(int)));
        return bytes;
    }

    /// <summary>Reads facts; false for bytes that are not what <see cref="Write(IReadOnlyCollection{LedgerFact})"/> wrote.</summary>
    public static bool TryRead(byte[] bytes, out IReadOnlyDictionary<string, LedgerFact> facts)
    {
        facts = new Dictionary<string, LedgerFact>();
        if (bytes.Length < HeaderBytes
            || BitConverter.ToInt32(bytes) != Version
            || !SHA256.HashData(bytes.AsSpan(HeaderBytes)).AsSpan().SequenceEqual(bytes.AsSpan(sizeof(int), SHA256.HashSizeInBytes)))
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, HeaderBytes, bytes.Length - HeaderBytes));
        var texts = new List<string>();
        var count = reader.ReadInt32();
        var read = new Dictionary<string, LedgerFact>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var fact = Read(reader, texts);
            read[fact.Partition] = fact;
        }

        facts = read;
        return true;
    }

    private static void Write(BinaryWriter writer, LedgerFact fact, Dictionary<string, int> texts)
    {
        writer.Write(fact.Partition);
        writer.Write(fact.ETag);
        writer.Write((byte)fact.Status);
        writer.Write(fact.RunId);
        WriteShared(writer, fact.Failure, texts);
        WriteShared(writer, fact.OutdatedInEntry, texts);
        WriteShared(writer, fact.TakenBack, texts);
        writer.Write(fact.InputFingerprint);
        WriteShared(writer, fact.CodeFingerprint, texts);
        Write(writer, fact.StartedAt);
        Write(writer, fact.EndedAt);
        Write(writer, fact.PublishedAt);
        writer.Write(fact.RowsRead);
        writer.Write(fact.RowsPublished);
        writer.Write(fact.RowsQuarantined);
        writer.Write(fact.Cost ?? double.NaN);
        Write(writer, fact.HashedAt);
        writer.Write(fact.Inputs.Count);
        foreach (var input in fact.Inputs)
        {
            WriteShared(writer, input.Source, texts);
            writer.Write(input.Uri);
            writer.Write(input.Bytes);
            writer.Write(input.Sha256);
            writer.Write(input.Name ?? "");
            writer.Write(input.ETag ?? "");
            Write(writer, input.ModifiedAt);
            writer.Write(input.Values ?? "");
            Write(writer, input.ArrivedAt);
        }

        writer.Write(fact.Reads.Count);
        foreach (var read in fact.Reads)
        {
            WriteShared(writer, read.Dataset, texts);
            writer.Write(read.Version);
            WriteShared(writer, read.FromPartition, texts);
            WriteShared(writer, read.ToPartition, texts);
        }

        writer.Write(fact.Published.Count);
        foreach (var (dataset, version) in fact.Published)
        {
            WriteShared(writer, dataset, texts);
            writer.Write(version);
        }
    }

    private static LedgerFact Read(BinaryReader reader, List<string> texts) => new()
    {
        Partition = reader.ReadString(),
        ETag = reader.ReadString(),
        Status = (RunStatus)reader.ReadByte(),
        RunId = reader.ReadString(),
        Failure = ReadShared(reader, texts),
        OutdatedInEntry = ReadShared(reader, texts),
        TakenBack = ReadShared(reader, texts),
        InputFingerprint = reader.ReadString(),
        CodeFingerprint = ReadShared(reader, texts),
        StartedAt = ReadTime(reader)!.Value,
        EndedAt = ReadTime(reader)!.Value,
        PublishedAt = ReadTime(reader),
        RowsRead = reader.ReadInt64(),
        RowsPublished = reader.ReadInt64(),
        RowsQuarantined = reader.ReadInt64(),
        Cost = reader.ReadDouble() is var cost && double.IsNaN(cost) ? null : cost,
        HashedAt = ReadTime(reader)!.Value,
        Inputs = ReadMany(reader, () => new SourceFile(ReadShared(reader, texts), reader.ReadString(), reader.ReadInt64(), reader.ReadString()) 
        {
            Name = reader.ReadString() is { Length: > 0 } name ? name : null,
            ETag = reader.ReadString() is { Length: > 0 } tag ? tag : null,
            ModifiedAt = ReadTime(reader),
            Values = reader.ReadString() is { Length: > 0 } values ? values : null,
            ArrivedAt = ReadTime(reader),
        }),
        Reads = ReadMany(reader, () => new PinnedTable(ReadShared(reader, texts), reader.ReadInt64(), ReadShared(reader, texts), ReadShared(reader, texts))),
        Published = ReadMany(reader, () => (ReadShared(reader, texts), reader.ReadInt64())),
    };

    private static T[] ReadMany<T>(BinaryReader reader, Func<T> one)
    {
        var many = new T[reader.ReadInt32()];
        for (var i = 0; i < many.Length; i++)
        {
            many[i] = one();
        }

        return many;
    }

    private static void Write(BinaryWriter writer, DateTimeOffset? time) => writer.Write(time?.UtcTicks ?? -1);

    private static DateTimeOffset? ReadTime(BinaryReader reader) => reader.ReadInt64() is var ticks and >= 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>A text by its number; one that is new follows its number.</summary>
    private static void WriteShared(BinaryWriter writer, string text, Dictionary<string, int> texts)
    {
        if (texts.TryGetValue(text, out var known))
        {
            writer.Write7BitEncodedInt(known);
            return;
        }

        writer.Write7BitEncodedInt(texts.Count);
        writer.Write(text);
        texts.Add(text, texts.Count);
    }

    private static string ReadShared(BinaryReader reader, List<string> texts)
    {
        var number = reader.Read7BitEncodedInt();
        if (number == texts.Count)
        {
            texts.Add(reader.ReadString());
        }

        return texts[number];
    }
}
