using Lakehouse.Quality.Statistics;

namespace Lakehouse.Tests.Quality.Statistics;

public sealed class AnomalyDetectorTests
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Judge_TooFewPoints_IsLearning() =>
        Assert.True(AnomalyDetector.Judge(Series(13, d => 100), new MetricPoint(Start.AddDays(13), 5)) is { IsLearning: true, IsAnomalous: false });

    [Fact]
    public void Judge_WeeklyPattern_ExpectsTheDaysOwnLevel()
    {
        static double Weekly(DateTime day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 200 : 1000;
        var history = Series(42, Weekly);

        for (var i = 0; i < 7; i++)
        {
            var day = Start.AddDays(42 + i);
            Assert.False(AnomalyDetector.Judge(history, new MetricPoint(day, Weekly(day))).IsAnomalous);
            Assert.True(AnomalyDetector.Judge(history, new MetricPoint(day, 1200 - Weekly(day))).IsAnomalous);
        }
    }

    [Fact]
    public void Judge_Growth_FollowsTheTrend()
    {
        var history = Series(56, d => 1000 + (10 * ((d - Start).TotalDays)));

        var verdict = AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(56), 1560));

        Assert.Equal(1560, verdict.Expected, 6);
        Assert.False(verdict.IsAnomalous);
        Assert.True(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(56), 1000)).IsAnomalous);
    }

    [Fact]
    public void Judge_PastOutliers_NeitherHideNorCauseAlarms()
    {
        var history = Series(42, d => (d - Start).Days % 13 == 0 ? 90_000 : 1000 + ((d - Start).Days % 5));

        Assert.False(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(42), 1003)).IsAnomalous);
        Assert.True(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(42), 400)).IsAnomalous);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(double.PositiveInfinity)]
    public void Judge_ValueThatIsNoNumberOrGone_IsAnomalous(double value) =>
        Assert.True(AnomalyDetector.Judge(Series(30, d => 500), new MetricPoint(Start.AddDays(30), value)).IsAnomalous);

    [Fact]
    public void Judge_Noise_RarelyAlarms()
    {
        var random = new Random(7);
        double Noise(DateTime day) => 1000 + (30 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)) + (day.DayOfWeek is DayOfWeek.Sunday ? -300 : 0);
        var points = Series(400, Noise);

        var alarms = Enumerable.Range(56, 344).Count(i => AnomalyDetector.Judge(points.Take(i), points[i]).IsAnomalous);

        Assert.InRange(alarms, 0, 4);
    }

    [Fact]
    public void Judge_Hours_ExpectsTheHoursOwnLevel()
    {
        static double Daily(DateTime hour) => hour.Hour is < 6 ? 20 : 1000 + (10 * hour.Hour) + (hour.Day % 3);
        var history = Hours(24 * 7, Daily);

        for (var i = 0; i < 24; i++)
        {
            var hour = Start.AddHours((24 * 7) + i);
            Assert.False(AnomalyDetector.Judge(history, new MetricPoint(hour, Daily(hour))).IsAnomalous);
            Assert.True(AnomalyDetector.Judge(history, new MetricPoint(hour, 1100 - Daily(hour))).IsAnomalous);
        }
    }

    [Fact]
    public void Judge_Hours_LearnsFromThoseOfTheSameDay()
    {
        var today = Start.AddDays(2);
        var history = Hours(48, _ => 100);

        Assert.True(AnomalyDetector.Judge(history.SkipLast(1), new MetricPoint(today.AddHours(-1), 5)).IsLearning);
        Assert.True(AnomalyDetector.Judge(history, new MetricPoint(today, 5)) is { IsLearning: false, IsAnomalous: true });
        Assert.Equal(3 * 60, AnomalyDetector.Judge(Hours(53, h => 3 * (h - Start).TotalHours), new MetricPoint(Start.AddHours(60), 180)).Expected, 6);
    }

    [Fact]
    public void Judge_Months_HaveNoDayOfTheWeek()
    {
        double Level(DateTime month) => 1000 + (month.Month % 2 == 0 ? 40 : -40) + (month.Year % 2);
        var history = Enumerable.Range(0, 24).Select(i => Start.AddMonths(i)).Select(m => new MetricPoint(m, Level(m))).ToList();

        var verdict = AnomalyDetector.Judge(history, new MetricPoint(Start.AddMonths(24), 960));

        Assert.InRange(verdict.Expected, 990, 1010);
        Assert.False(verdict.IsAnomalous);
    }

    private static List<MetricPoint> Hours(int hours, Func<DateTime, double> value) =>
        [.. Enumerable.Range(0, hours).Select(i => new MetricPoint(Start.AddHours(i), value(Start.AddHours(i))))];

    private static List<MetricPoint> Series(int days, Func<DateTime, double> value) =>
        [.. Enumerable.Range(0, days).Select(i => new MetricPoint(Start.AddDays(i), value(Start.AddDays(i))))];
}
