namespace Lakehouse.Privacy;

/// <summary>Where keys are found by name: contracts hold names, never keys.</summary>
public interface IKeyRing
{
    /// <summary>The newest version of a key.</summary>
    /// <param name="name">Name of the key.</param>
    /// <exception cref="LakehouseException"><c>privacy.key</c>: there is no such key, or it is no key.</exception>
    TokenKey Current(string name);
}
