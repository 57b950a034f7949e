namespace Temporalio.Worker;

/// <summary>A task that completes when a token fires.</summary>
internal sealed class CancellationTokenTaskSource : IDisposable
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;

    internal CancellationTokenTaskSource(CancellationToken cancellationToken) =>
        _registration = cancellationToken.Register(static source => ((TaskCompletionSource)source!).TrySetResult(), _source);

    /// <summary>Completes successfully when the token fires.</summary>
    internal Task Task => _source.Task;

    public void Dispose() => _registration.Dispose();
}
