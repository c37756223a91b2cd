using NeuralFramework.Cli;
using NeuralFramework.Solvers;
using NUnit.Framework;
using Spectre.Console;

namespace NeuralFramework.Tests;

public class TrainTableTests
{
    private static string[] Draw(TrainTable table, long iteration, TimeSpan? left)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = 80;
        console.Write(table.Render(iteration, left));
        return [.. text.ToString().Split('\n').Select(line => line.TrimEnd())];
    }

    [Test]
    public void A_report_and_a_test_of_one_iteration_share_a_line()
    {
        var table = new TrainTable("tiny", 1000);
        table.Add(new TrainingReport(100, 2, 0.5, 0.1), 1234);
        table.Add(new TrainingReport(200, 1, 0.5, 0.1), 1234);
        table.Add(new TestResult(200, 1.5, 0.75, new Dictionary<string, double>(), 10));
        var lines = Draw(table, 250, TimeSpan.FromSeconds(83));
        Assert.That(lines[0], Is.EqualTo(" tiny  250 of 1,000 iterations, 25 %, 01:23 left"));
        Assert.That(lines, Has.One.Match(@"^ +200 +1\.0000 +0\.5000 +1\.5000 +75\.00 % +0\.1 +1,234$"));
        Assert.That(lines, Has.One.EqualTo(" loss █▁ 1.0000"));
    }

    [Test]
    public void It_fits_80_columns_and_shows_the_newest_lines_whatever_the_numbers_are()
    {
        var table = new TrainTable(new string('n', 70), 123_456_789);
        for (var i = 1; i <= 300; i++)
        {
            table.Add(new TrainingReport(123_000_000 + i, 1.234567e30, 98765.4321, 1.2345e-10), 12_345_678);
            table.Add(new TestResult(123_000_000 + i, double.NaN, 1, new Dictionary<string, double>(), 10));
        }
        var lines = Draw(table, 123_000_300, TimeSpan.FromDays(3));
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(lines.Length, Is.LessThan(20));
        Assert.That(lines, Has.One.Match("^ +123000300 "));
        Assert.That(lines[0], Does.EndWith("72 h 00 min left"));
    }

    [Test]
    public void Before_the_first_report_there_is_a_head_alone() =>
        Assert.That(Draw(new TrainTable("tiny", 0), 0, left: null)[0], Is.EqualTo(" tiny  0 of 0 iterations, 100 %"));
}
