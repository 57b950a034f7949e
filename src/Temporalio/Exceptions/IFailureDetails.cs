namespace Temporalio.Exceptions;

/// <summary>Values attached to a failure.</summary>
public interface IFailureDetails
{
    /// <summary>How many values there are.</summary>
    int Count { get; }

    /// <summary>Reads one value.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <param name="index">Position, from 0.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    T ElementAt<T>(int index);
}
