using Lakehouse.ObjectStores;

namespace Lakehouse.Tests.ObjectStores;

public sealed class MemoryObjectStoreTests : ObjectStoreTests
{
    protected override IObjectStore Store { get; } = new MemoryObjectStore();
}
