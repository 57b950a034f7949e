namespace Temporalio.Runtime;

/// <summary>How metrics travel to a collector.</summary>
public enum OpenTelemetryProtocol
{
    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>Protobuf in the body of HTTP POSTs.</summary>
    Http,
}
