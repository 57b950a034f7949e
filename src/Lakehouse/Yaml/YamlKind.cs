namespace Lakehouse.Yaml;

/// <summary>What a YAML node holds once its plain scalars are resolved by the YAML 1.2 core schema.</summary>
public enum YamlKind
{
    /// <summary>No value: <c>null</c>, <c>~</c> or nothing written.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number of any size.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent, an infinity or not-a-number.</summary>
    Number,

    /// <summary>Text: anything quoted, a block scalar, or a plain scalar that is none of the above.</summary>
    String,

    /// <summary>A sequence.</summary>
    List,

    /// <summary>A mapping with text keys.</summary>
    Map,
}
