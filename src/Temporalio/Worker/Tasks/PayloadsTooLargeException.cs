namespace Temporalio.Worker.Tasks;

/// <summary>A completion holds something that the namespace would refuse; the task fails and may be tried again with other code.</summary>
internal sealed class PayloadsTooLargeException(string message) : Exception(message);
