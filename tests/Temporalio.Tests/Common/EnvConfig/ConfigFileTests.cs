using Temporalio.Common.EnvConfig;

namespace Temporalio.Tests.Common.EnvConfig;

public sealed class ConfigFileTests
{
    [Fact]
    public void Load_EveryFormOfKeysAndStrings_IsRead()
    {
        const string Text = """"""
            # a comment
            profile."with space".address = 'literal\n:1' # and another
            profile.dotted.tls = { disabled = true, server_name = "a\u00e9\tb" }
            [profile.lines]
            api_key = """
            one \
                two""""" # two quotes belong to it
            namespace = '''
            raw \ 'quoted' ''
            '''
            unknown = [1, 0xf, [2.5e3, "a,]#", ], { x = 1 },
              1979-05-27 07:32:00Z, 07:32:00, -inf] # spread over lines
            [[unknown_array]]
            a = 1
            [[unknown_array]]
            a = 2
            [profile.lines.grpc_meta]
            "X_Y" = ""
            """""";

        var profiles = Load(Text).Profiles;

        Assert.Equal("literal\\n:1", profiles["with space"].Address);
        Assert.Equal(new ClientEnvConfig.Tls(true, "aé\tb"), profiles["dotted"].Tls);
        Assert.Equal("one two\"\"", profiles["lines"].ApiKey);
        Assert.Equal("raw \\ 'quoted' ''\n", profiles["lines"].Namespace);
        Assert.Equal("", profiles["lines"].GrpcMeta!["x-y"]);
    }

    [Theory]
    [InlineData("[profile.a]\naddress = \"x", "line 2, column 11: unclosed string")]
    [InlineData("[profile.a]\naddress = x", "line 2, column 11: a value is neither")]
    [InlineData("[profile.a]\naddress", "line 2, column 8: expected `=`")]
    [InlineData("[profile.a]\naddress = \"x\" y", "line 2, column 15: expected the end of the line")]
    [InlineData("[profile.a]\naddress = \"\\q\"", "line 2, column 12: unknown escape `\\q`")]
    [InlineData("[profile.a]\naddress = \"1\"\naddress = \"2\"", "line 3, column 1: duplicate key `address`")]
    [InlineData("[profile.a]\n[profile.a]", "line 2, column 1: duplicate table `a`")]
    [InlineData("profile = 1", "line 1, column 11: invalid type: integer `1`, expected a table")]
    [InlineData("[profile.a]\ntls = { disabled = true, }", "line 2, column 26: expected a key")]
    [InlineData("[profile.a]\ntls = { disabled = true }\n[profile.a.tls.b]", "line 3, column 12: key `tls` was already defined")]
    [InlineData("[profile.a]\nx = [1 2]", "line 2, column 8: unclosed array")]
    [InlineData("[profile.a]\nx = 99999999999999999999", "line 2, column 5: an integer does not fit")]
    [InlineData("[profile.a]\nx = 012", "line 2, column 5: a value is neither")]
    public void Load_WrongText_NamesLineAndColumn(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidOperationException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("other = 1", "line 1, column 1: unknown field `other`, expected one of `profile`")]
    [InlineData("[profile.a.tls]\nnope = 1", "line 2, column 1: unknown field `nope`")]
    [InlineData("[profile.a.codec]\nnope = 1", "line 2, column 1: unknown field `nope`")]
    public void Load_UnknownKeyStrict_NamesIt(string text, string problem)
    {
        Load(text);
        Assert.Contains(problem, Assert.Throws<InvalidOperationException>(() => Load(text, strict: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToDictionary_AndBack_IsTheSame()
    {
        var config = Load("[profile.a]\naddress = \"h:1\"\n[profile.a.tls]\nclient_cert_data = \"C\"\nclient_key_path = \"k\"\n[profile.b]\nnamespace = \"n\"");

        var back = ClientEnvConfig.FromDictionary(config.ToDictionary());

        Assert.Equal(["a", "b"], back.Profiles.Keys.Order());
        Assert.Equal("C"u8.ToArray(), back.Profiles["a"].Tls!.ClientCert!.GetBytes());
        Assert.Equal("k", back.Profiles["a"].Tls!.ClientPrivateKey!.Path);
        Assert.Equal("n", back.Profiles["b"].Namespace);
    }

    [Fact]
    public void Load_FileAndEnvironmentDisabled_IsAnError() =>
        Assert.Contains("Cannot disable both", Assert.Throws<InvalidOperationException>(() => ClientEnvConfig.Profile.Load(new() { DisableEnv = true, DisableFile = true })).Message, StringComparison.Ordinal);

    private static ClientEnvConfig Load(string text, bool strict = false) =>
        ClientEnvConfig.Load(new() { ConfigSource = DataSource.FromUTF8String(text), ConfigFileStrict = strict, OverrideEnvVars = new Dictionary<string, string>() });
}
