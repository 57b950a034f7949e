using System.Runtime.ExceptionServices;
using Lakehouse.Delta.Transactions.Conflicts;

namespace Lakehouse.Delta.Transactions;

/// <summary>A commit on its way into the log: held against each commit before it until it has a version, or cannot have one. In the hands of one writer at a time.</summary>
internal sealed class PendingCommit
{
    private readonly DeltaSnapshot _snapshot;
    private readonly CommitDescription _description;
    private readonly IReadOnlyList<DeltaAction> _actions;
    private readonly Action<DeltaCommit> _check;
    private readonly MetadataAction _metadata;
    private CommitOutcome? _outcome;
    private Exception? _failure;

    /// <summary>Prepares one.</summary>
    /// <param name="snapshot">Version that it was made from.</param>
    /// <param name="description">What it says of itself, by whose id it is recognised.</param>
    /// <param name="actions">All of its actions but <c>commitInfo</c>.</param>
    /// <param name="check">Throws the conflict when a commit that came first stands against it.</param>
    public PendingCommit(DeltaSnapshot snapshot, CommitDescription description, IReadOnlyList<DeltaAction> actions, Action<DeltaCommit> check)
    {
        _snapshot = snapshot;
        _description = description;
        _actions = actions;
        _check = check;
        _metadata = actions.OfType<MetadataAction>().LastOrDefault() ?? snapshot.Metadata;
        From = snapshot.Version + 1;
    }

    /// <summary>First version that it was not held against yet.</summary>
    public long From { get; private set; }

    public string Id => _description.CommitId;

    public required IsolationLevel Isolation { get; init; }

    public required bool IsBlindAppend { get; init; }

    public bool IsSettled => _outcome is not null || _failure is not null;

    /// <summary>Whether its commit needs to know the time of the one before it.</summary>
    public bool HasOwnTime => WriterRules.IsTrue(_metadata, CommitInfo.InCommitTimestamps);

    /// <summary>How it ended.</summary>
    /// <exception cref="DeltaConflictException">Another commit stands against it.</exception>
    public CommitOutcome Outcome
    {
        get
        {
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return _outcome ?? throw new InvalidOperationException($"The commit '{Id}' was not settled.");
        }
    }

    /// <summary>Holds it against the next commit of the log, which may be itself.</summary>
    public void Hold(DeltaCommit winner)
    {
        if (winner.Id == Id)
        {
            _outcome = new CommitOutcome(winner.Version, true, 0);
            return;
        }

        try
        {
            _check(winner);
            From = winner.Version + 1;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever it is, it is its writer's: the one who has it in hand goes on with the others.
            _failure = failure;
        }
    }

    /// <summary>Whether it can stand right behind commits that are to be made with it. If not, it waits until they are made, or not.</summary>
    public bool FitsBehind(IEnumerable<DeltaCommit> mates)
    {
        try
        {
            foreach (var mate in mates)
            {
                if (mate.Id == Id)
                {
                    return false;
                }

                _check(mate);
            }

            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>The commit as it would be at a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="now">Clock of the writer, milliseconds since 1970 (UTC).</param>
    /// <param name="before">Time of the commit before it, when that has one of its own.</param>
    public DeltaCommit At(long version, long now, long? before)
    {
        var time = CommitInfo.TimeOf(_metadata, now, before);
        var info = CommitInfo.Of(_description, now, time, IsBlindAppend, _snapshot.Version, Isolation);
        var switchesOn = time is not null && !WriterRules.IsTrue(_snapshot.Metadata, CommitInfo.InCommitTimestamps);
        return new DeltaCommit(version, [new CommitInfoAction(info), .. switchesOn ? _actions.Select(a => a is MetadataAction m ? Since(m, version, time!.Value) : a) : _actions]);
    }

    /// <summary>It is in the log.</summary>
    public void Made(long version) => _outcome = new CommitOutcome(version, false, (int)(version - _snapshot.Version - 1));

    /// <summary>Older commits keep the times of their files: the settings tell where the others begin.</summary>
    private static MetadataAction Since(MetadataAction metadata, long version, long time) => metadata with
    {
        Configuration = new Dictionary<string, string>(metadata.Configuration, StringComparer.Ordinal)
        {
            [CommitInfo.Enablement[0]] = version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [CommitInfo.Enablement[1]] = time.ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
    };
}
