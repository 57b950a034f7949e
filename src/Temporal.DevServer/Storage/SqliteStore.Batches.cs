using Temporal.DevServer.Storage.Records;

namespace Temporal.DevServer.Storage;

/// <content>Batch operations: one row each, written whole.</content>
internal sealed partial class SqliteStore
{
    public IReadOnlyList<BatchRecord> ReadBatches()
    {
        lock (_readerGate)
        {
            var records = new List<BatchRecord>();
            var statement = _reader.Prepare("SELECT record FROM batches");
            while (statement.Step())
            {
                records.Add(BatchRecord.Parser.ParseFrom(statement.Blob(0)));
            }

            statement.Reset();
            return records;
        }
    }

    private void DeleteBatch(BatchRecord batch) =>
        _writer.Prepare("DELETE FROM batches WHERE namespace_id = ?1 AND job_id = ?2").Bind(1, batch.NamespaceId).Bind(2, batch.Request.JobId).Run();

    private void WriteBatch(BatchRecord batch) =>
        _writer.Prepare("INSERT INTO batches (namespace_id, job_id, record) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET record = excluded.record")
            .Bind(1, batch.NamespaceId).Bind(2, batch.Request.JobId).Bind(3, Bytes(batch)).Run();
}
