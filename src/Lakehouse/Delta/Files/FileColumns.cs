using System.Collections.Concurrent;
using System.Text;

namespace Lakehouse.Delta.Files;

/// <summary>
/// Files of a table, one row each, found by their identity: some 60 bytes a row beside the bytes of its texts. Partition values are kept once for all files
/// that share them. Filled by one thread, then read by many.
/// </summary>
internal sealed class FileColumns
{
    private const int BlockRows = 4096;
    private const int None = -1;

    private readonly List<Row[]> _rows = [];
    private readonly ByteStore _texts = new();
    private readonly List<IReadOnlyDictionary<string, string?>> _partitions = [];
    private readonly Dictionary<string, int> _partitionIds = new(StringComparer.Ordinal);
    private readonly List<Rare> _rare = [];
    private readonly ConcurrentDictionary<string, PartitionIndex> _indexes = new(StringComparer.Ordinal);
    private readonly StringBuilder _key = new();
    private byte[] _buffer = new byte[1024];
    private byte[] _keyBuffer = new byte[1024];
    private (IReadOnlyDictionary<string, string?>? Values, int Id) _lastPartition;
    private int[] _slots = new int[64];
    private Lazy<int[]>? _order;

    /// <summary>Rows, the removed ones among them.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that count.</summary>
    public int Live { get; private set; }

    /// <summary>Distinct partition values, by their number.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string?>> Partitions => _partitions;

    /// <summary>Adds a file, in the place of one of the same identity.</summary>
    public void Add(AddFile file)
    {
        var key = Key(file.Path, file.DeletionVectorId, ref _keyBuffer);
        var hash = Hash(key);
        ref var row = ref Append();
        var slot = Find(key, hash);
        row = new Row
        {
            KeyAt = _texts.Append(key),
            KeyLength = key.Length,
            Hash = hash,
            PathLength = Encoding.UTF8.GetByteCount(file.Path),
            Partition = PartitionId(file.PartitionValues),
            Size = file.Size,
            ModificationTime = file.ModificationTime,
            DataChange = file.DataChange,
            StatsLength = None,
            Rare = None,
            IsLive = true,
        };
        if (file.Stats is { } stats)
        {
            var bytes = Utf8(stats);
            row.StatsAt = _texts.Append(bytes);
            row.StatsLength = bytes.Length;
        }

        if (file.DeletionVector is not null || file.Tags is not null || file.BaseRowId is not null || file.DefaultRowCommitVersion is not null || file.ClusteringProvider is not null)
        {
            row.Rare = _rare.Count;
            _rare.Add(new Rare(file.DeletionVector, file.Tags, file.BaseRowId, file.DefaultRowCommitVersion, file.ClusteringProvider));
        }

        if (_slots[slot] is > 0 and var before && At(before - 1).IsLive)
        {
            At(before - 1).IsLive = false;
            Live--;
        }

        _slots[slot] = Count;
        Live++;
    }

    /// <summary>Takes a file away; nothing happens when it is not there.</summary>
    public void Remove(string path, string? deletionVector)
    {
        if (Find(path, deletionVector) is { } index && At(index).IsLive)
        {
            At(index).IsLive = false;
            Live--;
        }
    }

    /// <summary>Row of a file, removed or not; null when it never was there.</summary>
    public int? Find(string path, string? deletionVector)
    {
        // Not the shared buffer: finding must be safe for many threads.
        byte[] buffer = [];
        var key = Key(path, deletionVector, ref buffer);
        return _slots[Find(key, Hash(key))] is > 0 and var found ? found - 1 : null;
    }

    public bool IsLive(int index) => At(index).IsLive;

    public long SizeOf(int index) => At(index).Size;

    public int PartitionOf(int index) => At(index).Partition;

    public ReadOnlySpan<byte> KeyOf(int index) => _texts.Read(At(index).KeyAt, At(index).KeyLength);

    /// <summary>Statistics as UTF-8; empty when there are none.</summary>
    public ReadOnlySpan<byte> StatsOf(int index) => At(index) is { StatsLength: > 0 } row ? _texts.Read(row.StatsAt, row.StatsLength) : [];

    /// <summary>The file of a row.</summary>
    public AddFile Read(int index)
    {
        ref var row = ref At(index);
        var rare = row.Rare == None ? null : _rare[row.Rare];
        return new AddFile
        {
            Path = Encoding.UTF8.GetString(_texts.Read(row.KeyAt, row.PathLength)),
            PartitionValues = _partitions[row.Partition],
            Size = row.Size,
            ModificationTime = row.ModificationTime,
            DataChange = row.DataChange,
            Stats = row.StatsLength == None ? null : Encoding.UTF8.GetString(_texts.Read(row.StatsAt, row.StatsLength)),
            DeletionVector = rare?.DeletionVector,
            Tags = rare?.Tags,
            BaseRowId = rare?.BaseRowId,
            DefaultRowCommitVersion = rare?.DefaultRowCommitVersion,
            ClusteringProvider = rare?.ClusteringProvider,
        };
    }

    /// <summary>Makes no more changes; from now on <see cref="Ordered"/> and <see cref="By"/> may be asked.</summary>
    public void Freeze() => _order = new Lazy<int[]>(Sort);

    /// <summary>Live rows by their identity's UTF-8 bytes; sorted when first asked for.</summary>
    public int[] Ordered => _order!.Value;

    /// <summary>Live rows by a partition column, once no more changes are made; sorted when first asked for.</summary>
    public PartitionIndex By(string column) => _indexes.GetOrAdd(column, c => new PartitionIndex(this, c));

    private int[] Sort()
    {
        var rows = new int[Live];
        var next = 0;
        for (var i = 0; i < Count; i++)
        {
            if (At(i).IsLive)
            {
                rows[next++] = i;
            }
        }

        Array.Sort(rows, (a, b) => KeyOf(a).SequenceCompareTo(KeyOf(b)));
        return rows;
    }

    private ref Row Append()
    {
        if (Count % BlockRows == 0)
        {
            _rows.Add(new Row[BlockRows]);
        }

        Count++;
        if (Count * 2 > _slots.Length)
        {
            Rehash();
        }

        return ref At(Count - 1);
    }

    private ref Row At(int index) => ref _rows[index / BlockRows][index % BlockRows];

    /// <summary>The slot that holds the row of a key (its number and one), or the free one where it belongs.</summary>
    private int Find(ReadOnlySpan<byte> key, uint hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            if (_slots[slot] == 0 || Is(ref At(_slots[slot] - 1), key, hash))
            {
                return slot;
            }
        }
    }

    private bool Is(ref Row row, ReadOnlySpan<byte> key, uint hash) => row.Hash == hash && _texts.Read(row.KeyAt, row.KeyLength).SequenceEqual(key);

    private void Rehash()
    {
        var slots = new int[_slots.Length * 2];
        foreach (var taken in _slots)
        {
            if (taken > 0)
            {
                var slot = (int)At(taken - 1).Hash & (slots.Length - 1);
                while (slots[slot] != 0)
                {
                    slot = (slot + 1) & (slots.Length - 1);
                }

                slots[slot] = taken;
            }
        }

        _slots = slots;
    }

    private int PartitionId(IReadOnlyDictionary<string, string?> values)
    {
        if (ReferenceEquals(values, _lastPartition.Values))
        {
            return _lastPartition.Id;
        }

        _key.Clear();
        foreach (var (name, value) in values)
        {
            _key.Append(name).Append('\0').Append(value is null ? '\u0001' : '\u0002').Append(value).Append('\0');
        }

        Span<char> small = stackalloc char[256];
        var length = _key.Length;
        var text = length <= small.Length ? small[..length] : new char[length];
        _key.CopyTo(0, text, length);
        var lookup = _partitionIds.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var id))
        {
            id = _partitions.Count;
            _partitions.Add(values);
            lookup[text] = id;
        }

        _lastPartition = (values, id);
        return id;
    }

    private static ReadOnlySpan<byte> Key(string path, string? deletionVector, ref byte[] bytes)
    {
        var most = Encoding.UTF8.GetMaxByteCount(path.Length + 1 + (deletionVector?.Length ?? 0));
        if (bytes.Length < most)
        {
            bytes = new byte[most];
        }

        var length = Encoding.UTF8.GetBytes(path, bytes);
        if (deletionVector is not null)
        {
            bytes[length++] = (byte)'\n';
            length += Encoding.UTF8.GetBytes(deletionVector, bytes.AsSpan(length));
        }

        return bytes.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Utf8(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_buffer.Length < most)
        {
            _buffer = new byte[most];
        }

        return _buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, _buffer));
    }

    private static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (uint)hash.ToHashCode();
    }

    private sealed record Rare(DeletionVectorDescriptor? DeletionVector, IReadOnlyDictionary<string, string?>? Tags, long? BaseRowId, long? DefaultRowCommitVersion, string? ClusteringProvider);

    private struct Row
    {
        public long KeyAt;
        public long StatsAt;
        public long Size;
        public long ModificationTime;
        public uint Hash;
        public int KeyLength;
        public int PathLength;
        public int StatsLength;
        public int Partition;
        public int Rare;
        public bool DataChange;
        public bool IsLive;
    }
}
