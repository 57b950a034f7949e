using System.Text;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Temporalio.Tests.Surface;

/// <summary>The parts of the SDK that follow from the service definitions: <c>src/Temporalio/Client/Generated</c>.</summary>
internal static class ServiceSource
{
    private static readonly ServiceDescriptor Workflow = Temporalio.Api.WorkflowService.V1.ServiceReflection.Descriptor.Services[0];
    private static readonly ServiceDescriptor Operator = Temporalio.Api.OperatorService.V1.ServiceReflection.Descriptor.Services[0];
    private static readonly ServiceDescriptor Test = Temporalio.Api.TestService.V1.ServiceReflection.Descriptor.Services[0];

    /// <summary>Each file's name with its text.</summary>
    public static IReadOnlyDictionary<string, string> Files => new Dictionary<string, string>
    {
        ["WorkflowService.g.cs"] = Methods(Workflow),
        ["WorkflowServiceNamespaces.g.cs"] = Namespaces(Workflow),
        ["OperatorService.g.cs"] = Methods(Operator),
        ["OperatorServiceNamespaces.g.cs"] = Namespaces(Operator),
        ["TestService.g.cs"] = Methods(Test),
    };

    private static string Methods(ServiceDescriptor service)
    {
        var methods = Ordered(service);
        var text = new StringBuilder($"// Generated from the service definition of {Package(service)}; one method per remote procedure.\n#nullable enable\n");
        if (methods.Any(m => m.InputType.FullName == Empty.Descriptor.FullName))
        {
            text.Append("using Google.Protobuf.WellKnownTypes;\n");
        }

        text.Append($"using {NamespaceOf(service)};\n\nnamespace Temporalio.Client;\n\npublic abstract partial class {service.Name}\n{{\n");
        text.AppendJoin('\n', methods.Select(m => $"""
                /// <summary>Calls <c>{m.Name}</c>.</summary>
                public Task<{m.OutputType.Name}> {m.Name}Async({m.InputType.Name} req, RpcOptions? options = null) =>
                    InvokeRpcAsync("{m.Name}", req, {m.OutputType.Name}.Parser, options);

            """));
        return text.Append("}\n").ToString();
    }

    private static string Namespaces(ServiceDescriptor service)
    {
        var text = new StringBuilder($"// Generated from the request messages of {Package(service)}.\n#nullable enable\nusing Google.Protobuf;\nusing {NamespaceOf(service)};\n\nnamespace Temporalio.Client;\n\n");
        text.Append("/// <summary>Reads the namespace of a request without loading the descriptors of the API, which costs half a second.</summary>\n");
        text.Append($"internal static class {service.Name}Namespaces\n{{\n    /// <summary>The namespace of a request, or null for requests without one.</summary>\n");
        text.Append("    internal static string? Of(string rpc, IMessage request) => rpc switch\n    {\n");
        foreach (var method in Ordered(service).Where(m => m.InputType.FindFieldByName("namespace") is { FieldType: FieldType.String }))
        {
            text.Append($"        \"{method.Name}\" => (request as {method.InputType.Name})?.Namespace,\n");
        }

        return text.Append("        _ => null,\n    };\n}\n").ToString();
    }

    private static List<MethodDescriptor> Ordered(ServiceDescriptor service) => [.. service.Methods.OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <summary>E.g. <c>workflowservice</c>.</summary>
    private static string Package(ServiceDescriptor service) => service.File.Package.Split('.')[^2];

    private static string NamespaceOf(ServiceDescriptor service) => service.File.GetOptions().CsharpNamespace;
}
