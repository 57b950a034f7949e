using System.Linq.Expressions;
using System.Reflection;

namespace Temporalio.Common;

/// <summary>
/// Reads the one call that a lambda such as <c>(MyWorkflow wf) =&gt; wf.RunAsync(arg)</c> makes: the method and its evaluated arguments.
/// Arguments are evaluated once, in order. The usual shapes (constants, captured variables, member reads, conversions, constructors,
/// arrays) are read directly; anything else is interpreted, never compiled, so a call costs microseconds.
/// </summary>
internal static class ExpressionCall
{
    /// <summary>Method and arguments of the call.</summary>
    /// <param name="expression">Lambda whose body is exactly one method call.</param>
    /// <returns>The method, its arguments and the captured instance of a call that is not on the lambda's parameter.</returns>
    /// <exception cref="ArgumentException">The lambda is not a single call, or not on its parameter.</exception>
    public static (MethodInfo Method, IReadOnlyCollection<object?> Args) Extract(LambdaExpression expression)
    {
        var body = expression.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert } convert)
        {
            body = convert.Operand;
        }

        if (body is not MethodCallExpression call)
        {
            throw new ArgumentException(
                $"Expression must be a single method call, seen '{expression}'. Help: write it as 'x => x.Method(arguments)'.");
        }

        if (expression.Parameters.Count > 0)
        {
            if (call.Object is null)
            {
                throw new ArgumentException($"Static call expression must not have a lambda parameter, seen '{expression}'.");
            }

            if (StripConversions(call.Object) is not ParameterExpression parameter || parameter != expression.Parameters[0])
            {
                throw new ArgumentException($"Instance call expression must be made on the lambda parameter, seen '{expression}'.");
            }
        }

        if (call.Arguments.Count == 0)
        {
            return (call.Method, []);
        }

        var args = new object?[call.Arguments.Count];
        for (var i = 0; i < args.Length; i++)
        {
            args[i] = Evaluate(call.Arguments[i], expression);
        }

        return (call.Method, args);
    }

    /// <summary>Property that a lambda such as <c>wf =&gt; wf.State</c> reads, or null when its body is not a property read.</summary>
    public static PropertyInfo? ExtractProperty(LambdaExpression expression)
    {
        if (StripConversions(expression.Body) is not MemberExpression { Member: PropertyInfo property } member)
        {
            return null;
        }

        if (member.Expression is null || StripConversions(member.Expression) is not ParameterExpression)
        {
            throw new ArgumentException($"Property must be read on the lambda parameter, seen '{expression}'.");
        }

        return property;
    }

    private static Expression StripConversions(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.TypeAs } unary)
        {
            expression = unary.Operand;
        }

        return expression;
    }

    private static object? Evaluate(Expression expression, LambdaExpression lambda)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(member.Expression is null ? null : Evaluate(member.Expression, lambda));
            case MemberExpression { Member: PropertyInfo property } member when member.Expression?.Type.IsValueType != true:
                return ReadProperty(property, member, lambda);
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } unary when unary.Type.IsAssignableFrom(unary.Operand.Type):
                return Evaluate(unary.Operand, lambda);
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } unary
                when Nullable.GetUnderlyingType(unary.Type) == unary.Operand.Type:
                return Evaluate(unary.Operand, lambda);
            case NewArrayExpression { NodeType: ExpressionType.NewArrayInit } array:
                return EvaluateArray(array, lambda);
            case ParameterExpression:
                throw new ArgumentException($"An argument must not use the lambda parameter, seen '{lambda}'.");
            default:
                return Interpret(expression, lambda);
        }
    }

    private static object? ReadProperty(PropertyInfo property, MemberExpression member, LambdaExpression lambda)
    {
        var target = member.Expression is null ? null : Evaluate(member.Expression, lambda);
        return target is null && member.Expression is not null
            ? throw new ArgumentException($"'{member.Expression}' is null, so '{property.Name}' cannot be read for '{lambda}'.")
            : property.GetValue(target, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private static Array EvaluateArray(NewArrayExpression array, LambdaExpression lambda)
    {
        var items = Array.CreateInstance(array.Type.GetElementType()!, array.Expressions.Count);
        for (var i = 0; i < items.Length; i++)
        {
            items.SetValue(Evaluate(array.Expressions[i], lambda), i);
        }

        return items;
    }

    private static object? Interpret(Expression expression, LambdaExpression lambda)
    {
        if (ParameterFinder.Uses(expression, lambda.Parameters))
        {
            throw new ArgumentException($"An argument must not use the lambda parameter, seen '{lambda}'.");
        }

        var read = Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)));
        return read.Compile(preferInterpretation: true)();
    }

    private sealed class ParameterFinder(IReadOnlyCollection<ParameterExpression> parameters) : ExpressionVisitor
    {
        private bool _found;

        public static bool Uses(Expression expression, IReadOnlyCollection<ParameterExpression> parameters)
        {
            if (parameters.Count == 0)
            {
                return false;
            }

            var finder = new ParameterFinder(parameters);
            finder.Visit(expression);
            return finder._found;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            _found |= parameters.Contains(node);
            return node;
        }
    }
}
