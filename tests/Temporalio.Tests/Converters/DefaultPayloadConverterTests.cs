using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace Temporalio.Tests.Converters;

public sealed class DefaultPayloadConverterTests
{
    private readonly DefaultPayloadConverter _converter = new();

    public static TheoryData<object?, string, string> Encodings => new()
    {
        { null, "binary/null", "" },
        { new byte[] { 1, 2, 255 }, "binary/plain", "\u0001\u0002" },
        { "text", "json/plain", "\"text\"" },
        { 42, "json/plain", "42" },
        { new Point(1, -2), "json/plain", """{"X":1,"Y":-2}""" },
        { new WorkflowExecution { WorkflowId = "a" }, "json/protobuf", """{ "workflowId": "a" }""" },
        { new WorkflowExecution { WorkflowId = "a" }, "json/protobuf", """{ "workflowId": "a" }""" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ToPayload_Value_UsesFirstEncodingThatFits(object? value, string encoding, string start)
    {
        var payload = _converter.ToPayload(value);

        Assert.Equal(encoding, payload.Metadata["encoding"].ToStringUtf8());
        Assert.StartsWith(start, payload.Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToPayload_Message_NamesItsType() =>
        Assert.Equal(
            "temporal.api.common.v1.WorkflowExecution",
            _converter.ToPayload(new WorkflowExecution()).Metadata["messageType"].ToStringUtf8());

    [Fact]
    public void RoundTrip_RandomValues_AreEqual()
    {
        var random = new Random(4711);
        for (var i = 0; i < 500; i++)
        {
            AssertRoundTrip(random.NextInt64());
            AssertRoundTrip(random.NextDouble() * Math.Pow(10, random.Next(-300, 300)));
            AssertRoundTrip(RandomText(random));
            AssertRoundTrip(new Point(random.Next(), random.Next()));
            AssertRoundTrip<int?>(random.Next(2) == 0 ? null : random.Next());
            AssertRoundTrip(new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero));
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, (byte[])_converter.ToValue(_converter.ToPayload(bytes), typeof(byte[]))!);
            AssertRoundTrip(new WorkflowExecution { WorkflowId = RandomText(random), RunId = RandomText(random) });
        }
    }

    [Fact]
    public void ToValue_BinaryProto_IsRead()
    {
        var message = new WorkflowExecution { WorkflowId = "wf" };
        Assert.True(new BinaryProtoConverter().TryToPayload(message, out var payload));

        Assert.Equal("binary/protobuf", payload.Metadata["encoding"].ToStringUtf8());
        Assert.Equal(message, _converter.ToValue(payload, typeof(WorkflowExecution)));
    }

    [Fact]
    public void ToValue_JsonIsCaseSensitive_AsSystemTextJsonByDefault() =>
        Assert.Equal(new Point(0, 5), _converter.ToValue<Point>(Json("""{"x":7,"Y":5}""")));

    [Fact]
    public void ToValue_NullAsNonNullable_Throws()
    {
        var payload = _converter.ToPayload(null);

        Assert.Contains("System.Int32", Assert.Throws<ArgumentException>(() => _converter.ToValue(payload, typeof(int))).Message, StringComparison.Ordinal);
        Assert.Null(_converter.ToValue(payload, typeof(int?)));
        Assert.Null(_converter.ToValue(payload, typeof(string)));
    }

    [Fact]
    public void ToValue_NullWithData_Throws()
    {
        var payload = _converter.ToPayload(null);
        payload.Data = ByteString.CopyFromUtf8("x");

        Assert.Throws<ArgumentException>(() => _converter.ToValue(payload, typeof(string)));
    }

    [Fact]
    public void ToValue_UnknownEncoding_NamesItAndTheKnownOnes()
    {
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("zip/what") } };

        var error = Assert.Throws<ArgumentException>(() => _converter.ToValue(payload, typeof(string)));

        Assert.Contains("zip/what", error.Message, StringComparison.Ordinal);
        Assert.Contains("json/plain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToValue_NoEncoding_Throws() => Assert.Throws<ArgumentException>(() => _converter.ToValue(new Payload(), typeof(string)));

    [Fact]
    public void ToValue_BytesAsText_Throws() =>
        Assert.Throws<ArgumentException>(() => _converter.ToValue(_converter.ToPayload(new byte[1]), typeof(string)));

    [Fact]
    public void ToValue_MessageAsOtherClass_Throws() =>
        Assert.Throws<ArgumentException>(() => _converter.ToValue(_converter.ToPayload(new WorkflowExecution()), typeof(string)));

    [Fact]
    public void RawValue_BothWays_KeepsThePayload()
    {
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("anything") } };

        Assert.Same(payload, _converter.ToPayload(new RawValue(payload)));
        Assert.Same(payload, ((IRawValue)_converter.ToValue(payload, typeof(IRawValue))!).Payload);
    }

    [Fact]
    public void ToPayload_EncodedRawValue_Throws() =>
        Assert.Throws<ArgumentException>(() => _converter.ToPayload(new EncodedRawValue(DataConverter.Default, new())));

    [Fact]
    public void ToPayload_NoEncodingFits_NamesTheType() =>
        Assert.Contains("Point", Assert.Throws<ArgumentException>(() => new DefaultPayloadConverter(new BinaryNullConverter()).ToPayload(new Point(1, 2))).Message, StringComparison.Ordinal);

    [Fact]
    public void TransferType_BothWays_IsConverted()
    {
        var payload = _converter.ToPayload(new Celsius(21.5));

        Assert.Equal("21.5", payload.Data.ToStringUtf8());
        Assert.Equal(21.5, _converter.ToValue<Celsius>(payload).Degrees);
    }

    [Fact]
    public void WithSerializationContext_NothingAware_IsTheSameObject()
    {
        var context = new ISerializationContext.Workflow("ns", "wf");

        Assert.Same(_converter, _converter.WithSerializationContext(context));
        Assert.Same(DataConverter.Default, DataConverter.Default.WithSerializationContext(context));
    }

    [Fact]
    public void WithSerializationContext_AwareEncoding_IsReplaced()
    {
        var converter = new DefaultPayloadConverter(new BinaryNullConverter(), new Tagging("none"));

        var contextual = converter.WithSerializationContext(new ISerializationContext.Workflow("ns", "wf-1"));

        Assert.Equal("wf-1", contextual.ToPayload("x").Data.ToStringUtf8());
        Assert.Equal("none", converter.ToPayload("x").Data.ToStringUtf8());
    }

    [Fact]
    public void JsonCommonTypes_Object_BecomesPlainValues()
    {
        var options = new System.Text.Json.JsonSerializerOptions { Converters = { JsonCommonTypeConverter.Instance } };
        var value = (Dictionary<string, object?>)new DefaultPayloadConverter(options).ToValue(
            Json("""{"a":1,"b":[1.5,"x",null,true],"c":{"d":9223372036854775808}}"""), typeof(object))!;

        Assert.Equal(1L, value["a"]);
        Assert.Equal([1.5, "x", null, true], (List<object?>)value["b"]!);
        Assert.Equal(9223372036854775808d, ((Dictionary<string, object?>)value["c"]!)["d"]);
    }

    private static Payload Json(string json) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFromUtf8(json),
    };

    private static string RandomText(Random random) =>
        new([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(1, 0xD7FF))]);

    private void AssertRoundTrip<T>(T value) => Assert.Equal(value, (T)_converter.ToValue(_converter.ToPayload(value), typeof(T))!);

    public sealed record Point(int X, int Y);

    [TemporalTransferTypeConverter(typeof(CelsiusConverter))]
    public sealed class Celsius(double degrees)
    {
        public double Degrees { get; } = degrees;
    }

    public sealed class CelsiusConverter : ITemporalTransferTypeConverter
    {
        public Type TransferType => typeof(double);

        public object? FromTransferType(object? transferType) => new Celsius((double)transferType!);

        public object? ToTransferType(object? value) => ((Celsius)value!).Degrees;
    }

    private sealed class Tagging(string tag) : IEncodingConverter, IWithSerializationContext<IEncodingConverter>
    {
        public string Encoding => "test/tag";

        public object? ToValue(Payload payload, Type type) => payload.Data.ToStringUtf8();

        public bool TryToPayload(object? value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Payload? payload)
        {
            payload = new() { Data = ByteString.CopyFromUtf8(tag) };
            return true;
        }

        public IEncodingConverter WithSerializationContext(ISerializationContext context) =>
            new Tagging(((ISerializationContext.IHasWorkflow)context).WorkflowId!);
    }
}
