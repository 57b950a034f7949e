using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Temporal.Grpc;

namespace Temporal.DevServer.Frontend;

/// <summary>
/// Server reflection: tools such as grpcurl ask which services there are and what their messages look like. Both versions of the
/// protocol have the same messages on the wire. Descriptors are loaded when first asked for, because that is slow.
/// </summary>
internal sealed class ReflectionFrontend
{
    private const string Method = "ServerReflectionInfo";

    private readonly Lazy<FileDescriptor[]> _files;
    private readonly Lazy<IReadOnlyList<FileDescriptor>> _all;

    public ReflectionFrontend(bool testService)
    {
        _files = new(() =>
        [
            global::Grpc.Health.V1.HealthReflection.Descriptor,
            ReflectionReflection.Descriptor,
            global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
            Temporalio.Api.OperatorService.V1.ServiceReflection.Descriptor,
            .. testService ? [Temporalio.Api.TestService.V1.ServiceReflection.Descriptor] : Array.Empty<FileDescriptor>(),
            Temporalio.Api.WorkflowService.V1.ServiceReflection.Descriptor,
        ]);
        _all = new(() => WithImports(_files.Value));
    }

    public void Map(GrpcRouter router)
    {
        foreach (var service in new[] { "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection" })
        {
            router.MapStream(
                new GrpcMethod<ServerReflectionRequest, ServerReflectionResponse>(service, Method, ServerReflectionRequest.Parser, ServerReflectionResponse.Parser),
                Answer);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(
                    _files.Value.SelectMany(f => f.Services).Select(s => s.FullName).Order(StringComparer.Ordinal).Select(n => new ServiceResponse { Name = n }));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                Give(response, _all.Value.FirstOrDefault(f => f.Name == request.FileByFilename));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                Give(response, _all.Value.FirstOrDefault(f => Declares(f, request.FileContainingSymbol)));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType
                when _all.Value.Any(f => Declares(f, request.AllExtensionNumbersOfType)):
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.None:
                response.ErrorResponse = new ErrorResponse { ErrorCode = (int)GrpcStatusCode.InvalidArgument, ErrorMessage = "invalid MessageRequest: <nil>" };
                break;
            default:
                Give(response, null); // there are no extensions
                break;
        }

        return response;
    }

    /// <summary>The file with all it imports, or that there is none.</summary>
    private static void Give(ServerReflectionResponse response, FileDescriptor? file)
    {
        if (file is null)
        {
            response.ErrorResponse = new ErrorResponse { ErrorCode = (int)GrpcStatusCode.NotFound, ErrorMessage = "proto: not found" };
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        response.FileDescriptorResponse.FileDescriptorProto.AddRange(WithImports([file]).Select(f => f.SerializedData));
    }

    private static List<FileDescriptor> WithImports(IEnumerable<FileDescriptor> files)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<FileDescriptor>();
        void Add(FileDescriptor file)
        {
            if (seen.Add(file.Name))
            {
                all.Add(file);
                foreach (var import in file.Dependencies)
                {
                    Add(import);
                }
            }
        }

        foreach (var file in files)
        {
            Add(file);
        }

        return all;
    }

    private static bool Declares(FileDescriptor file, string symbol) =>
        file.Services.Any(s => s.FullName == symbol || s.Methods.Any(m => m.FullName == symbol)) ||
        file.EnumTypes.Any(e => e.FullName == symbol) || file.MessageTypes.Any(m => Declares(m, symbol));

    private static bool Declares(MessageDescriptor message, string symbol) =>
        message.FullName == symbol || (symbol.StartsWith(message.FullName + ".", StringComparison.Ordinal) &&
            (message.NestedTypes.Any(n => Declares(n, symbol)) || message.EnumTypes.Any(e => e.FullName == symbol) || message.Fields.InDeclarationOrder().Any(f => f.FullName == symbol)));
}
