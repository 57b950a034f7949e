// Generated from the service definition of testservice; one method per remote procedure.
#nullable enable
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.TestService.V1;

namespace Temporalio.Client;

public abstract partial class TestService
{
    /// <summary>Calls <c>GetCurrentTime</c>.</summary>
    public Task<GetCurrentTimeResponse> GetCurrentTimeAsync(Empty req, RpcOptions? options = null) =>
        InvokeRpcAsync("GetCurrentTime", req, GetCurrentTimeResponse.Parser, options);

    /// <summary>Calls <c>LockTimeSkipping</c>.</summary>
    public Task<LockTimeSkippingResponse> LockTimeSkippingAsync(LockTimeSkippingRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("LockTimeSkipping", req, LockTimeSkippingResponse.Parser, options);

    /// <summary>Calls <c>Sleep</c>.</summary>
    public Task<SleepResponse> SleepAsync(SleepRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("Sleep", req, SleepResponse.Parser, options);

    /// <summary>Calls <c>SleepUntil</c>.</summary>
    public Task<SleepResponse> SleepUntilAsync(SleepUntilRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("SleepUntil", req, SleepResponse.Parser, options);

    /// <summary>Calls <c>UnlockTimeSkipping</c>.</summary>
    public Task<UnlockTimeSkippingResponse> UnlockTimeSkippingAsync(UnlockTimeSkippingRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("UnlockTimeSkipping", req, UnlockTimeSkippingResponse.Parser, options);

    /// <summary>Calls <c>UnlockTimeSkippingWithSleep</c>.</summary>
    public Task<SleepResponse> UnlockTimeSkippingWithSleepAsync(SleepRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("UnlockTimeSkippingWithSleep", req, SleepResponse.Parser, options);
}
