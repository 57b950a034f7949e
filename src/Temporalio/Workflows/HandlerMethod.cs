using System.Reflection;
using System.Runtime.CompilerServices;
using Temporalio.Converters;

namespace Temporalio.Workflows;

/// <summary>
/// A user method made callable with decoded arguments: knows its parameters, fills optional ones, invokes without wrapping exceptions and
/// takes the value out of the task it returns. Built once per definition, so that a call costs no reflection.
/// </summary>
internal sealed class HandlerMethod
{
    private static readonly MethodInfo ResultReaderOpen =
        typeof(HandlerMethod).GetMethod(nameof(ReadResult), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly Delegate? _delegate;
    private readonly MethodInvoker? _invoker;
    private readonly ParameterInfo[] _parameters;
    private readonly Func<Task, object?>? _resultReader;

    /// <summary>Wraps a method called on an instance, or a static one.</summary>
    public HandlerMethod(MethodInfo method)
    {
        Method = method;
        _invoker = MethodInvoker.Create(method);
        _parameters = method.GetParameters();
        _resultReader = ResultReaderOf(method.ReturnType);
    }

    /// <summary>Wraps a delegate, which brings its own target.</summary>
    public HandlerMethod(Delegate del)
        : this(del.Method) => _delegate = del;

    /// <summary>The method.</summary>
    public MethodInfo Method { get; }

    /// <summary>Parameters in order.</summary>
    public IReadOnlyList<ParameterInfo> Parameters => _parameters;

    /// <summary>Whether the method returns a task with a value.</summary>
    public bool HasTaskResult => _resultReader is not null;

    /// <summary>Calls the method. Exceptions arrive as thrown.</summary>
    public object? Invoke(object? target, object?[] args)
    {
        if (_delegate is { } del && del.Method.IsStatic && del.Target is not null)
        {
            return InvokeDelegate(del, args);
        }

        return _invoker!.Invoke(Method.IsStatic ? null : _delegate?.Target ?? target, args.AsSpan());
    }

    /// <summary>Value of the finished task that <see cref="Invoke"/> returned; null when the method has none.</summary>
    public object? ResultOf(Task task) => _resultReader?.Invoke(task);

    /// <summary>Arguments for the method out of payloads: too few are an error, surplus ones are ignored.</summary>
    /// <param name="payloads">Payloads after the codec.</param>
    /// <param name="converter">Converter of the run.</param>
    /// <param name="what">What is called, for the error text, as in <c>signal 'Put'</c>.</param>
    public object?[] DecodeArguments(IReadOnlyList<Api.Common.V1.Payload> payloads, IPayloadConverter converter, string what)
    {
        if (_parameters.Length == 0)
        {
            return [];
        }

        var args = new object?[_parameters.Length];
        for (var i = 0; i < args.Length; i++)
        {
            if (i < payloads.Count)
            {
                args[i] = DecodeOne(payloads[i], i, converter, what);
            }
            else if (_parameters[i].HasDefaultValue)
            {
                args[i] = _parameters[i].DefaultValue;
            }
            else
            {
                throw new InvalidOperationException(
                    $"Parameters of {what} could not be decoded: {payloads.Count} argument(s) given, parameter '{_parameters[i].Name}' "
                    + $"at position {i + 1} of '{Method.DeclaringType?.Name}.{Method.Name}' has no default value.");
            }
        }

        return args;
    }

    private static object? InvokeDelegate(Delegate del, object?[] args)
    {
        try
        {
            return del.DynamicInvoke(args);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private static Func<Task, object?>? ResultReaderOf(Type returnType)
    {
        for (var type = returnType; type is not null && type != typeof(Task); type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            {
                return ResultReaderOpen.MakeGenericMethod(type.GetGenericArguments()[0]).CreateDelegate<Func<Task, object?>>();
            }
        }

        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object? ReadResult<T>(Task task) => ((Task<T>)task).GetAwaiter().GetResult();

    private object? DecodeOne(Api.Common.V1.Payload payload, int index, IPayloadConverter converter, string what)
    {
        var type = _parameters[index].ParameterType;
        try
        {
            return type == typeof(IRawValue) ? new RawValue(payload) : converter.ToValue(payload, type);
        }
        catch (Exception e) when (e is not InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"Parameters of {what} could not be decoded: argument {index + 1} does not convert to '{type}' of parameter "
                + $"'{_parameters[index].Name}': {e.Message}", e);
        }
    }
}
