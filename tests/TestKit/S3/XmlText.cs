using System.Security;
using System.Text;

namespace Orchestrator.TestKit.S3;

/// <summary>Builds an answer's document.</summary>
/// <param name="root">Name of its root element.</param>
/// <param name="space">Whether the root has S3's namespace.</param>
internal sealed class XmlText(string root, bool space = true)
{
    private readonly StringBuilder _text = new(space ? $"<{root} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" : $"<{root}>");

    public XmlText Add(string name, object? value)
    {
        _text.Append('<').Append(name).Append('>').Append(SecurityElement.Escape($"{value}")).Append("</").Append(name).Append('>');
        return this;
    }

    public XmlText AddIf(bool wanted, string name, object? value) => wanted ? Add(name, value) : this;

    public XmlText Nest(string name, Action<XmlText> inner)
    {
        _text.Append('<').Append(name).Append('>');
        inner(this);
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    public override string ToString() => $"{_text}</{root}>";
}
