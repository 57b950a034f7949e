// More classes at once than the machine has threads: a good part of these tests waits for processes, timeouts and sockets.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
