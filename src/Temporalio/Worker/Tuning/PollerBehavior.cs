namespace Temporalio.Worker.Tuning;

/// <summary>How many polls a worker keeps open.</summary>
public abstract class PollerBehavior
{
    private protected PollerBehavior()
    {
    }

    /// <summary>A fixed number.</summary>
    public sealed class SimpleMaximum : PollerBehavior
    {
        /// <summary>Creates the behaviour.</summary>
        /// <param name="maximum">Polls kept open.</param>
        public SimpleMaximum(int maximum)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
            Maximum = maximum;
        }

        /// <summary>Polls kept open.</summary>
        public int Maximum { get; }
    }

    /// <summary>A number that follows the server's advice; without advice the initial number is kept.</summary>
    public sealed class Autoscaling : PollerBehavior
    {
        /// <summary>Creates the behaviour.</summary>
        /// <param name="minimum">Polls at least.</param>
        /// <param name="maximum">Polls at most.</param>
        /// <param name="initial">Polls at the start.</param>
        public Autoscaling(int minimum = 1, int maximum = 100, int initial = 5)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimum);
            ArgumentOutOfRangeException.ThrowIfLessThan(maximum, minimum);
            ArgumentOutOfRangeException.ThrowIfLessThan(initial, minimum);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(initial, maximum);
            Minimum = minimum;
            Maximum = maximum;
            Initial = initial;
        }

        /// <summary>Polls at least.</summary>
        public int Minimum { get; }

        /// <summary>Polls at most.</summary>
        public int Maximum { get; }

        /// <summary>Polls at the start.</summary>
        public int Initial { get; }
    }
}
