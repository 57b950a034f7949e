using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Temporalio.Tests.Common;

public sealed class WorkflowHistoryTests
{
    [Theory]
    [InlineData("EVENT_TYPE_TIMER_STARTED", "TIMEOUT_TYPE_HEARTBEAT")]
    [InlineData("TimerStarted", "Heartbeat")]
    public void FromJson_BothEnumStyles_AreRead(string type, string timeout)
    {
        var history = WorkflowHistory.FromJson("wf", $$$"""
            {"events":[
              {"eventId":"1","eventType":"{{{type}}}","timerStartedEventAttributes":{"timerId":"a"},"unheardOf":1},
              {"eventId":"2","activityTaskTimedOutEventAttributes":{"failure":{"timeoutFailureInfo":{"timeoutType":"{{{timeout}}}" }} }}
            ]}
            """);

        Assert.Equal("wf", history.Id);
        Assert.Equal(EventType.TimerStarted, history.Events.First().EventType);
        Assert.Equal(TimeoutType.Heartbeat, history.Events.Last().ActivityTaskTimedOutEventAttributes.Failure.TimeoutFailureInfo.TimeoutType);
    }

    [Fact]
    public void ToJson_RoundTrip_IsEqual()
    {
        var history = WorkflowHistory.FromJson("wf", """{"events":[{"eventId":"1","eventType":"WorkflowExecutionStarted","eventTime":"2026-01-02T03:04:05Z"}]}""");

        Assert.Equal(history.Events, WorkflowHistory.FromJson("wf", history.ToJson()).Events);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"events\":7}")]
    public void FromJson_SomethingElse_Throws(string json) => Assert.Throws<ArgumentException>(() => WorkflowHistory.FromJson("wf", json));
}
