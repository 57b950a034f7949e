using Lakehouse.Yaml;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Looks for what a pipeline lacks once all its files are laid over each other: each alone may be incomplete, together they may not.</summary>
internal sealed class RequiredChecker(ErrorList errors)
{
    public void Check(SpecNode node, Shape shape)
    {
        switch (shape)
        {
            case ObjectShape o when node.Kind == YamlKind.Map:
                foreach (var key in o.Keys)
                {
                    if (node[key.Name] is { Exists: true } value)
                    {
                        Check(value, key.Shape);
                    }
                    else if (key.Required)
                    {
                        ShapeChecker.Missing(errors, node.Place, key);
                    }
                }

                break;
            case MapShape m when node.Kind == YamlKind.Map:
                var keys = node.Keys.ToList();
                if (keys.Count < m.MinItems)
                {
                    errors.Add(node.Place, "nothing is declared here", $"at least {m.MinItems} entry");
                }

                keys.ForEach(k => Check(node[k.Value], m.Value));
                break;
            case ListShape l when node.Kind == YamlKind.List:
                foreach (var item in node.Items)
                {
                    Check(item, l.Item);
                }

                break;
        }
    }
}
