namespace Lakehouse.Tests;

public sealed class LakeLocationTests
{
    [Fact]
    public void S3Options_OfAFullLocation_HasEveryPart()
    {
        var options = LakeLocation.S3Options("s3://my-lake/team/covid?endpoint=http%3A%2F%2F127.0.0.1:9000&region=eu-west-1&credentials=environment:LAKE&encryption=aws:kms&kms_key=k1");
        Assert.Equal(("my-lake", "team/covid/", new Uri("http://127.0.0.1:9000"), "eu-west-1"), (options.Bucket, options.Prefix, options.Endpoint, options.Region));
        Assert.Equal((true, "environment:LAKE", "aws:kms", "k1"), (options.PathStyle, options.Credentials, options.ServerSideEncryption, options.KmsKeyId));
    }

    [Fact]
    public void S3Options_OfABucketAlone_IsAwsWithHostStyle()
    {
        var options = LakeLocation.S3Options("s3://my-lake");
        Assert.Equal(("my-lake", "", null, false, "default"), (options.Bucket, options.Prefix, options.Endpoint, options.PathStyle, options.Credentials));
    }

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://AKIA:hunter2@bucket/x")]
    [InlineData("s3://bucket?secret_key=hunter2")]
    [InlineData("s3://bucket?style=both")]
    [InlineData("s3://bucket?endpoint=ftp://x")]
    [InlineData("s3://bucket?endpoint=http://user:hunter2@x")]
    [InlineData("s3://bucket?encryption=ROT13")]
    [InlineData("s3://bucket?region=")]
    [InlineData("s3://bucket?cold_class=DEEP_ARCHIVE")]
    [InlineData("s3://bucket?warm_class=GLACIER")]
    public void S3Options_OfAWrongLocation_SaysWhatIsExpectedAndNoSecret(string location)
    {
        var e = Assert.Throws<LakehouseException>(() => LakeLocation.S3Options(location));
        Assert.Equal("lake.location", e.Code);
        Assert.Contains("s3://bucket/prefix", e.Message);
        Assert.DoesNotContain("hunter2", e.Message);
    }

    [Fact]
    public void Absolute_OfAFolder_IsItsFullPath()
    {
        Assert.Equal("/base/.lake", LakeLocation.Absolute(".lake", "/base"));
        Assert.Equal("s3://b/x", LakeLocation.Absolute("s3://b/x", "/base"));
    }
}
