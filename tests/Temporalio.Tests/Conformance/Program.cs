using Temporalio.Tests.Conformance;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// conformance [--golden DIR] [--verbose]: judges the SDK against recordings. Anything else: the tests, as the test framework would start them.
return args switch
{
    ["conformance", .. var rest] => await SdkConformance.RunAsync(rest),
    _ when args.Any(a => a is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, Temporalio.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
