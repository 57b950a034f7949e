using Temporalio.Api.Command.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <content>What a task's completion carries.</content>
internal sealed partial class WorkflowMachines
{
    /// <summary>Commands and messages not sent yet, in order, with the flags that are new.</summary>
    public (List<Command> Commands, List<Message> Messages, WorkflowTaskCompletedMetadata Metadata) TakeCompletion()
    {
        var commands = new List<Command>(_queue.Count - _queueHead);
        for (var i = _queueHead; i < _queue.Count; i++)
        {
            if (!_queue[i].Sent)
            {
                _queue[i].Sent = true;
                commands.Add(_queue[i].Command);
            }
        }

        List<Message> messages = [.. _outgoing];
        _outgoing.Clear();
        return (commands, messages, _flags.TakeReport());
    }

    /// <summary>Whether a completion would carry anything.</summary>
    public bool HasSomethingToSend => _outgoing.Count > 0 || (_queueHead < _queue.Count && !_queue[^1].Sent);

    /// <summary>Answers of the queries asked since the last call.</summary>
    public List<WorkflowCommand.QueryAnswer> TakeAnswers()
    {
        List<WorkflowCommand.QueryAnswer> answers = [.. _answers];
        _answers.Clear();
        return answers;
    }
}
