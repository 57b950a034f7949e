namespace Orchestrator.TestKit.S3;

/// <summary>What can go wrong with one request.</summary>
public enum S3Fault
{
    /// <summary>503 SlowDown, nothing done.</summary>
    SlowDown,

    /// <summary>500 InternalError, nothing done.</summary>
    InternalError,

    /// <summary>500 InternalError, though all was done.</summary>
    InternalErrorAfterStore,

    /// <summary>503 ServiceUnavailable, nothing done.</summary>
    ServiceUnavailable,

    /// <summary>409 ConditionalRequestConflict, nothing done.</summary>
    ConditionalRequestConflict,

    /// <summary>400 RequestTimeout, nothing done.</summary>
    RequestTimeout,

    /// <summary>400 ExpiredToken.</summary>
    ExpiredToken,

    /// <summary>403 AccessDenied.</summary>
    AccessDenied,

    /// <summary>The connection is reset before anything is read.</summary>
    ResetBeforeRequest,

    /// <summary>All is done, then the connection is reset instead of an answer.</summary>
    ResetAfterStore,

    /// <summary>Half of the body is sent, then the connection is reset.</summary>
    ResetMidBody,

    /// <summary>Half of the body is sent, then nothing more, the connection open.</summary>
    StallMidBody,

    /// <summary>Nothing is answered, the connection open.</summary>
    SlowFirstByte,

    /// <summary>200, then an error document as the body.</summary>
    ErrorInside200,

    /// <summary>The document is cut in the middle, with a right length.</summary>
    TruncatedXml,

    /// <summary>One byte of the body is changed.</summary>
    CorruptBody,

    /// <summary>403 before the body is read, then the connection is closed.</summary>
    EarlyError,
}
