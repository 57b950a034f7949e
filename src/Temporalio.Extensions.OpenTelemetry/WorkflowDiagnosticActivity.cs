using System.Diagnostics;

namespace Temporalio.Extensions.OpenTelemetry;

/// <summary>
/// A span of a workflow, or only the place of one. A workflow may go on in another process, which a span cannot: so a span is written once, with no length, and this object
/// stands for it as the parent of what follows until it is disposed. While a run is replayed there is no span, only the context of the nearest one outside.
/// </summary>
public class WorkflowDiagnosticActivity : IDisposable
{
    private static readonly AsyncLocal<WorkflowDiagnosticActivity?> Ambient = new();

    internal WorkflowDiagnosticActivity(Activity? activity, ActivityContext context, IReadOnlyCollection<KeyValuePair<string, object?>>? tags)
    {
        Activity = activity;
        Context = context;
        Tags = tags;
        Parent = Ambient.Value;
        Ambient.Value = this;
    }

    /// <summary>The innermost one of the code that runs; null when there is none.</summary>
    public static WorkflowDiagnosticActivity? Current => Ambient.Value;

    /// <summary>The span, already ended; null when none was written, as in replay.</summary>
    public Activity? Activity { get; }

    /// <summary>What later spans have as their parent.</summary>
    public ActivityContext Context { get; }

    /// <summary>Tags that later spans inherit; null for none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, object?>>? Tags { get; }

    /// <summary>The one around this; null when it is the outermost.</summary>
    public WorkflowDiagnosticActivity? Parent { get; }

    /// <summary>Makes a context, usually of another process, the parent of later spans until it is disposed. Writes no span.</summary>
    /// <param name="context">The context.</param>
    /// <param name="tags">Tags that later spans inherit; null for none.</param>
    /// <returns>To be disposed.</returns>
    public static WorkflowDiagnosticActivity AttachFromContext(ActivityContext context, IReadOnlyCollection<KeyValuePair<string, object?>>? tags = null) =>
        new(null, context, tags);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the one around this current again.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && ReferenceEquals(Ambient.Value, this))
        {
            Ambient.Value = Parent;
        }
    }
}
