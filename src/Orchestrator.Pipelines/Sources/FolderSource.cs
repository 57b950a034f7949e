using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace Orchestrator.Pipelines.Sources;

/// <summary>Files of a folder of this machine.</summary>
internal sealed class FolderSource(SourceSpec source) : SourceFiles
{
    /// <inheritdoc/>
    public override async IAsyncEnumerable<FoundFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = source.Path;
        if (!Directory.Exists(path.Folder))
        {
            throw new DirectoryNotFoundException($"Source '{source.Name}' has no folder '{path.Folder}' (path template '{path.Text}').\nHelp: create the folder or correct 'sources.{source.Name}.path'.");
        }

        // Not all the way down, as links can lead in circles.
        var listing = new EnumerationOptions { RecurseSubdirectories = path.Folders > 0, MaxRecursionDepth = path.Folders + 1, AttributesToSkip = 0, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<FoundFile>(path.Folder, (ref FileSystemEntry e) => new FoundFile(e.ToSpecifiedFullPath(), e.Length, e.LastWriteTimeUtc), listing)
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => !e.IsDirectory,
        };
        foreach (var file in files.OrderBy(f => f.Uri, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<FoundFile?> FindAsync(string uri, CancellationToken cancellationToken)
    {
        var file = new FileInfo(uri);
        return Task.FromResult(file.Exists ? new FoundFile(uri, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)) : null);
    }

    /// <inheritdoc/>
    public override Task<Stream> OpenAsync(string uri, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream>(File.OpenRead(uri));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException(e.Message, uri, e);
        }
    }
}
