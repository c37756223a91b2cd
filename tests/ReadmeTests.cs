using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NeuralFramework.Cli;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The three ways of use, as README shows them.</summary>
[NonParallelizable]
public class ReadmeTests
{
    private static readonly string Readme = Text("README.md");

    private static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Folder, path));

    [Test]
    public void The_net_in_JSON_trains_from_the_command_line_and_passes_its_gradient_check()
    {
        using var folder = new TempFolder();
        var files = Regex.Matches(Readme, "```json\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToList();
        Assert.That(files, Has.Count.EqualTo(2), "README shows a net and a solver");
        folder.Write("net.json", files[0]);
        folder.Write("solver.json", files[1]);

        var output = Run("train", folder.Path, "--run", folder.In("run"), "--set", "base_lr=0.1",
            "--set", "layers.fc1.num_output=50");
        Assert.That(output, Does.Match(@"done: 600 iterations in .* accuracy [89]\d\.\d\d %"));
        Assert.That(Run("check", folder.Path, "--sample", "20"), Does.Contain("two_layers: passed"));
    }

    // The notes reach 98 % with this net; a linear classifier half of the points.
    [TestCase("two_layer_net.cs", @"training accuracy: (9[89]\.\d|100\.0) %")]
    [TestCase("circuit.cs", @"Reciprocal1   0\.73      1\.00   ∂/∂Add3 = -0\.53")]
    public void The_scripts_run(string script, string expected)
    {
        var start = new ProcessStartInfo("dotnet", ["run", Path.Combine(Repository.Folder, "examples", script)])
        {
            WorkingDirectory = Repository.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Build servers that outlive the run would keep its output open, and reading it to the end would wait for them.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{output}{errors.Result}");
        Assert.That(output, Does.Match(expected));
    }

    [Test]
    public void The_gradient_check_of_a_users_layer_is_one_of_the_tests()
    {
        var shown = Regex.Match(Readme, @"tests/Examples/SquareLayerTests\.cs\):\s+```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var test = File.ReadAllText(Path.Combine(Repository.Folder, "tests", "Examples", "SquareLayerTests.cs"));
        Assert.That(shown, Is.Not.Empty);
        Assert.That(test, Does.EndWith(shown), "README shows the test as it is");
    }

    [Test]
    public void Every_layer_type_is_in_the_table()
    {
        var table = Text("docs/layers.md");
        // The committed schema has the framework's own types; the registry has those of the tests as well.
        var types = JsonNode.Parse(Text("models/net.schema.json"))!["properties"]!["layers"]!["items"]!["anyOf"]!.AsArray()
            .Select(layer => (string)layer!["properties"]!["type"]!["const"]!).ToList();
        Assert.That(types, Does.Contain("InnerProduct"));
        foreach (var type in types)
            Assert.That(table, Does.Contain($"| `{type}` |"), $"the table of docs/layers.md lacks {type}");
    }

    [Test]
    public void Every_rule_policy_and_member_of_a_solver_is_in_a_table()
    {
        var tables = Text("docs/solvers.md");
        foreach (var family in new[] { typeof(UpdateRule), typeof(LrPolicy) })
            foreach (var (name, type) in ConfigSchema.DerivedTypes(family))
            {
                var row = tables.Split('\n').SingleOrDefault(line => line.StartsWith($"| `{name}` |"));
                Assert.That(row, Is.Not.Null, $"docs/solvers.md has no row for {name}");
                foreach (var member in ConfigSchema.OfObject([type])["properties"]!.AsObject().Select(pair => pair.Key))
                    Assert.That(row, Does.Contain($"`{member}`"), $"the row of {name} lacks {member}");
            }
        var solver = ConfigSchema.OfObject([typeof(SolverConfig)])["properties"]!.AsObject().Select(pair => pair.Key);
        foreach (var member in solver.Where(member => member != "$schema"))
            Assert.That(tables, Does.Contain($"`{member}`"), $"docs/solvers.md lacks {member}");
    }

    [Test]
    public void Every_command_is_in_the_table_and_every_link_leads_somewhere()
    {
        var help = Run("--help");
        var commands = Regex.Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..], @"(?m)^  ([a-z-]+)\b")
            .Select(match => match.Groups[1].Value).ToList();
        Assert.That(commands, Does.Contain("train").And.Contain("lint"));
        foreach (var command in commands)
            Assert.That(Readme, Does.Match($@"(?m)^\| `nf {command}\b"), $"README's table lacks nf {command}");
        foreach (var page in new[] { "README.md", "docs/layers.md", "docs/solvers.md", "docs/advice.md", "docs/adding-a-layer.md" })
            foreach (var link in Regex.Matches(Text(page), @"\]\(([^)#:]+)\)").Select(match => match.Groups[1].Value))
                Assert.That(Path.Exists(Path.Combine(Repository.Folder, Path.GetDirectoryName(page)!, link)), $"{page}: {link}");
    }

    private static string Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = App.Run(args, output, error);
        Assert.That(code, Is.Zero, $"{output}{error}");
        return output.ToString();
    }
}
