namespace Temporalio.Worker.Tuning;

/// <summary>Slots as long as the process uses less memory and processor time than it should.</summary>
public sealed class ResourceBasedSlotSupplier : SlotSupplier
{
    /// <summary>Creates the supplier.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="tunerOptions">How much may be used.</param>
    /// <exception cref="ArgumentException">A share is not between 0 and 1, or the bounds do not fit.</exception>
    public ResourceBasedSlotSupplier(ResourceBasedSlotSupplierOptions options, ResourceBasedTunerOptions tunerOptions)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tunerOptions);
        if (tunerOptions is not { TargetMemoryUsage: >= 0 and <= 1, TargetCpuUsage: >= 0 and <= 1 })
        {
            throw new ArgumentException(
                $"Target shares must be between 0 and 1, seen: memory {tunerOptions.TargetMemoryUsage}, processors {tunerOptions.TargetCpuUsage}.", nameof(tunerOptions));
        }

        if (options.MinimumSlots < 1 || options.MaximumSlots < (options.MinimumSlots ?? 1) || options.RampThrottle < TimeSpan.Zero)
        {
            throw new ArgumentException(
                $"Slots must be at least 1 with the maximum not below the minimum, and the throttle not negative, seen: {options}.", nameof(options));
        }

        Options = options;
        TunerOptions = tunerOptions;
    }

    /// <summary>Bounds.</summary>
    public ResourceBasedSlotSupplierOptions Options { get; }

    /// <summary>How much may be used.</summary>
    public ResourceBasedTunerOptions TunerOptions { get; }
}
