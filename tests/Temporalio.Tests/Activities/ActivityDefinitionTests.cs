using Temporalio.Activities;
using Temporalio.Converters;

namespace Temporalio.Tests.Activities;

public sealed class ActivityDefinitionTests
{
    [Fact]
    public void Create_Name_DropsAsyncOnlyForTasks()
    {
        Assert.Equal("Run", ActivityDefinition.Create(RunAsync).Name);
        Assert.Equal("PlainAsync", ActivityDefinition.Create(PlainAsync).Name);
        Assert.Equal("Async", ActivityDefinition.Create(Async).Name);
        Assert.Equal("custom", ActivityDefinition.Create(Named).Name);
        Assert.Equal("Value", ActivityDefinition.Create(ValueAsync).Name);
    }

    [Fact]
    public void Create_LocalFunction_UsesItsOwnName()
    {
        [Activity]
        static Task LocalAsync() => Task.CompletedTask;

        Assert.Equal("Local", ActivityDefinition.Create(LocalAsync).Name);
    }

    [Fact]
    public void Create_Lambda_NeedsAName()
    {
        Assert.Equal("l", ActivityDefinition.Create([Activity("l")] () => 1).Name);
        Assert.Throws<ArgumentException>(() => ActivityDefinition.Create([Activity] () => 1));
    }

    [Fact]
    public void Create_WithoutAttribute_Throws() =>
        Assert.Contains("NotOne", Assert.Throws<ArgumentException>(() => ActivityDefinition.Create(NotOne)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_ReservedName_Throws() => Assert.Throws<ArgumentException>(() => ActivityDefinition.Create([Activity("__temporal_x")] () => 1));

    [Fact]
    public void Create_AsyncVoid_Throws() => Assert.Throws<ArgumentException>(() => ActivityDefinition.Create(AsyncVoid));

    [Fact]
    public void Create_ByReference_Throws() => Assert.Throws<ArgumentException>(() => ActivityDefinition.Create(ByReference));

    [Fact]
    public void Create_Dynamic_NeedsRawValues()
    {
        var definition = ActivityDefinition.Create([Activity(Dynamic = true)] (IRawValue[] args) => args.Length);

        Assert.True(definition.Dynamic);
        Assert.Null(definition.Name);
        Assert.Throws<ArgumentException>(() => ActivityDefinition.Create([Activity(Dynamic = true)] (string arg) => arg));
        Assert.Throws<ArgumentException>(() => ActivityDefinition.Create([Activity("x", Dynamic = true)] (IRawValue[] args) => args));
    }

    [Fact]
    public async Task InvokeAsync_EveryKindOfResult_IsUnwrapped()
    {
        Assert.Equal(default(ValueTuple), await ActivityDefinition.Create(RunAsync).InvokeAsync([]));
        Assert.Equal(5, await ActivityDefinition.Create(PlainAsync).InvokeAsync([]));
        Assert.Equal("v", await ActivityDefinition.Create(ValueAsync).InvokeAsync([]));
        Assert.Equal(default(ValueTuple), await ActivityDefinition.Create([Activity("void")] () => { }).InvokeAsync([]));
        Assert.Equal(default(ValueTuple), await ActivityDefinition.Create([Activity("vt")] () => ValueTask.CompletedTask).InvokeAsync([]));
        Assert.Null(await ActivityDefinition.Create([Activity("null")] () => Task.FromResult<string?>(null)).InvokeAsync([]));
    }

    [Fact]
    public async Task InvokeAsync_Throwing_FailsWithTheExceptionItself()
    {
        var error = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => ActivityDefinition.Create([Activity("t")] () => Throw()).InvokeAsync([]));

        Assert.Contains(nameof(Throw), error.StackTrace, StringComparison.Ordinal);

        static int Throw() => throw new InvalidTimeZoneException("x");
    }

    [Fact]
    public async Task InvokeAsync_MissingOptionalArguments_AreFilled()
    {
        var definition = ActivityDefinition.Create(Optional);

        Assert.Equal(1, definition.RequiredParameterCount);
        Assert.Equal("a 7 ", await definition.InvokeAsync(["a"]));
        Assert.Equal("a 8 z", await definition.InvokeAsync(["a", 8, "z"]));
        await Assert.ThrowsAsync<ArgumentException>(() => definition.InvokeAsync([]));
    }

    [Fact]
    public void CreateAll_Instance_FindsStaticAndInstanceMethods()
    {
        Assert.Equal(["Inst", "Stat"], ActivityDefinition.CreateAll(new Many()).Select(d => d.Name!).Order());
        Assert.Throws<ArgumentException>(() => ActivityDefinition.CreateAll<Many>(null));
        Assert.Throws<ArgumentException>(() => ActivityDefinition.CreateAll("none here"));
    }

    [Fact]
    public async Task Create_DelegateClosedOverFirstArgument_IsCalled()
    {
        Func<string> closed = "hello".Shout;

        Assert.Equal("HELLO", await ActivityDefinition.Create(closed).InvokeAsync([]));
    }

    [Activity]
    private static Task RunAsync() => Task.CompletedTask;

    [Activity]
    private static int PlainAsync() => 5;

    [Activity]
    private static Task Async() => Task.CompletedTask;

    [Activity("custom")]
    private static void Named()
    {
    }

    [Activity]
    private static async ValueTask<string> ValueAsync()
    {
        await Task.Yield();
        return "v";
    }

    [Activity]
    private static async void AsyncVoid() => await Task.Yield();

    [Activity]
    private static void ByReference(ref int x) => x++;

    [Activity]
    private static string Optional(string a, int b = 7, string c = "") => $"{a} {b} {c}";

    private static void NotOne()
    {
    }

    private sealed class Many
    {
        [Activity]
        public static int Stat() => 1;

        [Activity]
        public int Inst() => GetHashCode();
    }
}
