namespace Temporalio.Converters;

/// <summary>Implemented by converters and codecs that want to know whose data they handle.</summary>
/// <typeparam name="T">The kind of converter made, usually its interface.</typeparam>
public interface IWithSerializationContext<T>
{
    /// <summary>Makes a converter for one workflow or activity. Called often; should be cheap.</summary>
    /// <param name="context">Whose data it will handle.</param>
    /// <returns>The converter to use; may be this one.</returns>
    T WithSerializationContext(ISerializationContext context);
}
