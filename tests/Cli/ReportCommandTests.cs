using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ReportCommandTests : CommandLineTest
{
    private string RunPath => Cli.In("run");

    private string InRun(string name) => Path.Combine(RunPath, name);

    private JsonObject Train(params string[] more) =>
        CommandLine.RunJson(["train", Cli.Model, "--run", RunPath, .. more]);

    private string Report(params string[] more)
    {
        CommandLine.RunJson(["report", RunPath, .. more]);
        return File.ReadAllText(InRun("report.html"));
    }

    private static List<string> Sections(string page) =>
        [.. Regex.Matches(page, "<section id=\"([a-z]+)\"").Select(match => match.Groups[1].Value)];

    [Test]
    public void A_training_writes_its_report_by_itself_and_says_where()
    {
        var result = Run("train", Cli.Model, "--run", RunPath);
        Assert.That(result.Output, Does.Contain($"report in {InRun("report.html")}"));
        var page = File.ReadAllText(InRun("report.html"));
        Assert.That(Sections(page), Is.EqualTo(new[]
        {
            "curves", "layers", "classes", "weights", "times", "graph", "configs", "versions",
        }));
        Assert.That(page, Does.Contain("<dd>done</dd>").And.Contain("10 of 10"));
    }

    [Test]
    public void The_report_made_later_says_the_same()
    {
        Train();
        var own = File.ReadAllText(InRun("report.html"));
        Assert.That(Report(), Is.EqualTo(own));
    }

    [Test]
    public void The_page_needs_nothing_from_outside_and_is_well_formed()
    {
        Train();
        var page = File.ReadAllText(InRun("report.html"));
        Assert.That(page, Does.Not.Match("(src|href)=\"(?!data:)").And.Not.Contain("@import").And.Not.Contain("url(h"));
        Assert.That(page, Does.Not.Contain("<script"));
        // As XML, once the elements without an end have one.
        var xml = Regex.Replace(page, "<(meta|img|br)([^>]*)>", "<$1$2/>").Replace("<!DOCTYPE html>", "")
            .Replace("&nbsp;", " ");
        Assert.That(() => XDocument.Parse(xml), Throws.Nothing);
        var images = XDocument.Parse(xml).Root!.Descendants().Where(element => element.Name.LocalName is "img" or "svg").ToList();
        Assert.That(images, Is.Not.Empty.And.All.Matches<XElement?>(image => image!.Attribute("alt") is not null
            || image.Attribute("aria-label") is not null || image.Elements().Any(part => part.Name.LocalName == "title")));
        Assert.That(XDocument.Parse(xml).Descendants("table"), Is.All.Matches<XElement?>(table =>
            table!.Element("caption") is not null && table.Descendants("th").Any(head => head.Attribute("scope") is not null)));
    }

    [Test]
    public void Names_are_text_wherever_they_come_from()
    {
        Cli.Write("model/net.json", File.ReadAllText(Cli.In("model", "net.json"))
            .Replace("\"tiny\"", "\"<script>alert(1)</script>\""));
        Train();
        Assert.That(File.ReadAllText(InRun("report.html")), Does.Not.Contain("<script").And.Contain("&lt;script&gt;"));
    }

    [Test]
    public void A_net_that_fits_numbers_has_a_report_without_classes()
    {
        Cli.Write("model/net.json", (TrainingSets.Line() with { Name = "line" }).ToJson().ToJsonString());
        Cli.Write("model/solver.json", """{ "base_lr": 0.01, "max_iter": 4, "display": 1 }""");
        Train();
        Assert.That(Sections(File.ReadAllText(InRun("report.html"))), Is.EqualTo(new[]
        {
            "curves", "layers", "weights", "times", "graph", "configs", "versions",
        }));
    }

    [Test]
    public void A_run_without_a_snapshot_has_a_report_that_says_so()
    {
        Train();
        foreach (var snapshot in Directory.GetFiles(RunPath, "*.safetensors"))
            File.Delete(snapshot);
        var result = Run("report", RunPath);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("There is no snapshot yet"));
        Assert.That(Sections(File.ReadAllText(InRun("report.html"))), Does.Contain("curves").And.Not.Contain("graph"));
    }

    [Test]
    public void A_damaged_snapshot_is_passed_over()
    {
        Train();
        File.WriteAllBytes(InRun("iteration-0000010.safetensors"), [1, 2, 3]);
        var result = Run("report", RunPath);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain($"Passed over: {InRun("iteration-0000010.safetensors")}"));
        Assert.That(File.ReadAllText(InRun("report.html")), Does.Contain("id=\"graph\""));
    }

    [Test]
    public void A_log_that_is_cut_in_a_line_is_read_up_to_there()
    {
        Train();
        File.AppendAllText(InRun("log.csv"), "11,0.5,0.");
        File.AppendAllText(InRun("layers.csv"), "12,fc1,0.0");
        Assert.That(Report(), Does.Contain("10 of 10"));
    }

    [TestCase("log.csv", "iteration,seconds\nx,y\n")]
    [TestCase("log.csv", "\0\0\0\n\0\n")]
    [TestCase("layers.csv", "iteration,layer\n1,2\n")]
    [TestCase("run.json", "{ \"version\": ")]
    [TestCase("net.json", "{")]
    public void A_damaged_file_is_an_error_and_the_old_report_stays(string name, string text)
    {
        Train();
        var before = File.ReadAllText(InRun("report.html"));
        File.WriteAllText(InRun(name), text);
        AssertBadInput(Run("report", RunPath), InRun(name));
        Assert.That(File.ReadAllText(InRun("report.html")), Is.EqualTo(before));
    }

    [Test]
    public void A_run_of_an_earlier_version_has_a_report_too()
    {
        Train();
        File.Delete(InRun("layers.csv"));
        File.Delete(InRun("run.json"));
        Assert.That(Sections(Report()), Is.EqualTo(new[] { "curves", "classes", "weights", "graph", "configs" }));
    }

    [Test]
    public void A_run_that_another_process_trains_is_said_to_go_on()
    {
        Train();
        File.WriteAllText(InRun("run.pid"), $"{Environment.ProcessId}");
        Assert.That(Report(), Does.Contain("<dd>training</dd>"));
        File.WriteAllText(InRun("run.pid"), $"{int.MaxValue}");
        Assert.That(Report(), Does.Contain("<dd>done</dd>"));
    }

    [TestCase("no")]
    [TestCase("model")]
    public void A_folder_that_is_no_run_is_an_error(string name) =>
        AssertBadInput(Run("report", Cli.In(name)), $"run: received '{Cli.In(name)}', which ");

    [Test]
    public void A_place_that_cannot_be_written_is_an_error()
    {
        Train();
        AssertBadInput(Run("report", RunPath, "-o", Cli.In("no", "report.html")),
            $"{Cli.In("no", "report.html")}: cannot be written: ");
    }

    [Test]
    public void A_training_whose_report_cannot_be_written_is_done_all_the_same()
    {
        Directory.CreateDirectory(Path.Combine(RunPath, "report.html"));
        var result = Run("train", Cli.Model, "--run", RunPath);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain($"no report: {InRun("report.html")}: cannot be written: "));
    }

    [Test]
    public void The_learning_curves_are_a_picture_of_their_own()
    {
        Train();
        var path = Cli.In("curves.svg");
        CommandLine.RunJson("report", RunPath, "--curves", path);
        var svg = XDocument.Load(path).Root!;
        Assert.That((string?)svg.Attribute("viewBox"), Is.EqualTo("0 0 1200 250"));
        Assert.That(svg.Value, Does.Contain("test accuracy").And.Contain("prefers-color-scheme:dark"));
        AssertBadInput(Run("report", RunPath, "--curves", Cli.In("c.png")), "drawing: received the file ");
    }

    [Test]
    public void The_events_for_TensorBoard_are_written_where_they_are_asked_for()
    {
        Train();
        Assert.That(Directory.GetFiles(RunPath, "events.*"), Is.Empty);
        CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("tb"), "--tensorboard");
        Assert.That(Directory.GetFiles(Cli.In("tb"), "events.out.tfevents.*").Select(path => new FileInfo(path).Length),
            Is.All.GreaterThan(500));
    }

    [Test]
    public void The_log_of_the_layers_has_the_documented_columns()
    {
        Train();
        var lines = File.ReadAllLines(InRun("layers.csv"));
        Assert.That(lines[0], Is.EqualTo(
            "iteration,layer,forward_ms,backward_ms,weight_norm,gradient_norm,update_norm,update_ratio"));
        Assert.That(lines, Has.Length.EqualTo(1 + 5 * 5));
    }

    [Test]
    public void A_resumed_run_has_each_report_of_its_layers_once()
    {
        Train("--max-iter", "4");
        Train("--resume");
        Assert.That(File.ReadAllLines(InRun("layers.csv")).Skip(1).Select(line => line.Split(',')[0]).Distinct(),
            Is.EqualTo(new[] { "2", "4", "6", "8", "10" }));
        Assert.That(File.ReadAllLines(InRun("layers.csv")), Has.Length.EqualTo(1 + 5 * 5));
    }
}
